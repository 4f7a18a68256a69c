"""moto's server with the managed policies that the tests attach, not all that AWS publishes.

moto reads all of them again, for each partition, upon each reset: half the time of the suite.
"""

import json
import sys

from moto.iam import models
from moto.server import main

ATTACHED = ("AdministratorAccess", "AmazonEKS", "AmazonSageMaker")

models.aws_managed_policies_data = json.dumps(
    {name: policy for name, policy in json.loads(models.aws_managed_policies_data).items() if name.startswith(ATTACHED)}
)
sys.exit(main())
