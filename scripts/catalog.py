"""Regenerates src/catalog/instance-types.json.

Needs Python with boto3's botocore and moto (pip install botocore 'moto[server]'); makes no network call. Run from the project's root:

    python scripts/catalog.py        # writes the catalog
    python scripts/catalog.py -      # prints it

The names are those of the API model's enum ClusterInstanceType; the sizes are what ec2:DescribeInstanceTypes answers, of which moto
carries a dated copy. A type of the enum that the copy does not have is listed with null: its size is then asked from EC2.
"""

import datetime
import gzip
import importlib.metadata
import json
import pathlib
import sys

import botocore.session
import moto

OUTPUT = pathlib.Path(__file__).parent.parent / "src" / "catalog" / "instance-types.json"
EC2_TYPES = pathlib.Path(moto.__file__).parent / "ec2" / "resources" / "instance_types.json.gz"


def size(ec2_type):
    network = ec2_type["NetworkInfo"]
    return {
        "vcpus": ec2_type["VCpuInfo"]["DefaultVCpus"],
        "efaSupported": network["EfaSupported"],
        "networkCards": network["MaximumNetworkCards"],
        "ipv4AddressesPerInterface": network["Ipv4AddressesPerInterface"],
        "architectures": ec2_type["ProcessorInfo"]["SupportedArchitectures"],
    }


def main():
    service = botocore.session.get_session().get_service_model("sagemaker")
    names = sorted(service.shape_for("ClusterInstanceType").enum)
    ec2_types = json.loads(gzip.decompress(EC2_TYPES.read_bytes()))
    catalog = {
        "generatedBy": "scripts/catalog.py",
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "sources": [
            {
                "what": "names: enum ClusterInstanceType of the SageMaker API model",
                "package": "botocore",
                "version": importlib.metadata.version("botocore"),
                "url": "https://github.com/boto/botocore",
            },
            {
                "what": "sizes: ec2:DescribeInstanceTypes, as copied to moto/ec2/resources/instance_types.json.gz",
                "package": "moto",
                "version": importlib.metadata.version("moto"),
                "url": "https://github.com/getmoto/moto",
            },
        ],
    }
    head = json.dumps(catalog, indent=2).removesuffix("\n}")
    ec2_type = {name: ec2_types.get(name.removeprefix("ml.")) for name in names}
    rows = [f"    {json.dumps(name)}: {json.dumps(size(found) if found else None)}" for name, found in ec2_type.items()]
    text = head + ',\n  "instanceTypes": {\n' + ",\n".join(rows) + "\n  }\n}\n"
    if sys.argv[1:] == ["-"]:
        print(text, end="")
    else:
        OUTPUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
