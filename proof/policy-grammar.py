"""Prints what parliament has against IAM policies, files of JSON: grammar, actions and resources that do not exist or do not fit.

https://github.com/duo-labs/parliament
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")
import parliament  # noqa: E402


def against(path):
    with open(path, encoding="utf-8") as file:
        policy = parliament.analyze_policy_string(file.read())
    return [f"{finding.issue} {finding.detail or ''} {finding.location}".strip() for finding in policy.findings]


json.dump({path: against(path) for path in sys.argv[1:]}, sys.stdout)
