"""moto's server, with two things changed.

It has the managed policies that the tests attach, not all that AWS publishes: moto reads all of them again, for each partition, upon each
reset, which is half the time of the suite. And its EC2 ids are not random: the same things made in the same order have the same ids after
each reset, each kind counted on its own, so that an account made again differs only in what is new.
"""

import json
import sys
from collections import defaultdict
from hashlib import sha256
from itertools import count

from moto.ec2 import utils
from moto.iam import models
from moto.moto_api._internal.models import MotoAPIBackend
from moto.server import main

ATTACHED = ("AdministratorAccess", "AmazonEKS", "AmazonSageMaker")

models.aws_managed_policies_data = json.dumps(
    {name: policy for name, policy in json.loads(models.aws_managed_policies_data).items() if name.startswith(ATTACHED)}
)

made = defaultdict(count)
forget_account = MotoAPIBackend.reset


def counted_id(prefix="", size=17):
    number = next(made[prefix])
    return f"{prefix}-{sha256(f'{prefix} {number}'.encode()).hexdigest()[:size]}"


def reset(backend):
    forget_account(backend)
    made.clear()


utils.random_id = counted_id
MotoAPIBackend.reset = reset
sys.exit(main())
