"""Regenerates src/catalog/create-cluster.json: the requests of CreateCluster and UpdateCluster as the SageMaker API model describes it.

Needs Python with botocore (pip install botocore); makes no network call. Run from the project's root:

    python scripts/request-model.py        # writes the catalog
    python scripts/request-model.py -      # prints it

Every shape that the two reach is written by name, without its documentation. A trait that is neither written nor known
to say nothing about what a request may hold stops the script, so that a new kind of constraint cannot be lost.
"""

import datetime
import importlib.metadata
import json
import pathlib
import sys

import botocore.loaders

OUTPUT = pathlib.Path(__file__).parent.parent / "src" / "catalog" / "create-cluster.json"
ROOT = "CreateClusterRequest"
UPDATE = "UpdateClusterRequest"

WRITTEN = {"type", "members", "member", "key", "value", "required", "min", "max", "pattern", "enum", "union"}
# Documentation, and how the SDKs for some languages hold or log a value.
IGNORED = {"documentation", "box", "sensitive", "deprecated", "deprecatedMessage", "deprecatedSince"}


def target(reference, where):
    """The name of the shape that a member refers to."""
    unknown = reference.keys() - {"shape"} - IGNORED
    if unknown:
        raise SystemExit(f"{where}: unknown traits {sorted(unknown)}")
    return reference["shape"]


def reduced(name, shape):
    """A shape as it is written: references are names of shapes."""
    unknown = shape.keys() - WRITTEN - IGNORED
    if unknown:
        raise SystemExit(f"{name}: unknown traits {sorted(unknown)}")
    result = {trait: value for trait, value in shape.items() if trait in WRITTEN}
    if "members" in result:
        result["members"] = {key: target(member, f"{name}.{key}") for key, member in shape["members"].items()}
    for trait in ("member", "key", "value"):
        if trait in result:
            result[trait] = target(shape[trait], f"{name}.{trait}")
    return result


def reachable(shapes):
    """ROOT, UPDATE and every shape below them, in the order in which the model leads to them."""
    found, pending = {}, [ROOT, UPDATE]
    while pending:
        name = pending.pop(0)
        if name in found:
            continue
        found[name] = shape = reduced(name, shapes[name])
        pending += shape.get("members", {}).values()
        pending += [shape[trait] for trait in ("member", "key", "value") if trait in shape]
    return found


def main():
    model = botocore.loaders.create_loader().load_service_model("sagemaker", "service-2")
    head = {
        "generatedBy": "scripts/request-model.py",
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "source": {
            "what": f"{ROOT}, {UPDATE} and the shapes they reach, from the SageMaker API model of {model['metadata']['apiVersion']}",
            "package": "botocore",
            "version": importlib.metadata.version("botocore"),
            "url": "https://github.com/boto/botocore",
        },
        "root": ROOT,
        "update": UPDATE,
    }
    rows = [f"    {json.dumps(name)}: {json.dumps(shape)}" for name, shape in reachable(model["shapes"]).items()]
    opening = json.dumps(head, indent=2).removesuffix("\n}")
    text = opening + ',\n  "shapes": {\n' + ",\n".join(rows) + "\n  }\n}\n"
    if sys.argv[1:] == ["-"]:
        print(text, end="")
    else:
        OUTPUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
