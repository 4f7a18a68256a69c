/** One line of the prerequisites checklist (docs/prerequisites-checklist.md) and the rules that judge it. */
export interface ChecklistLine {
  /** As the checklist writes it: the cells of a table row joined by ` | `, the text after a box or a number, or a heading. */
  readonly line: string
  /** Ids of the rules that judge it, the one that decides first. */
  readonly rules: readonly string[]
  /** What no single rule's page says about this line. Markdown. */
  readonly note?: string
}

/** The lines under one heading of the checklist. */
export interface ChecklistPart {
  /** Number of the section, `1` to `9`; null for the parts after the numbered ones, which repeat them. */
  readonly section: string | null
  readonly heading: string
  readonly lines: readonly ChecklistLine[]
  /** Rules of this section's subject that no line of the checklist asks for. */
  readonly beyond?: readonly string[]
}

const line = (text: string, rules: readonly string[], note?: string): ChecklistLine => ({
  line: text,
  rules,
  ...(note !== undefined && { note }),
})

const clusterUsage = (type: string): ChecklistLine =>
  line(`SageMaker | ml.${type} for cluster usage | Number of nodes needed`, ['quota/cluster-usage', 'plan/instance-type'])

const selfRules = ['security-group/self-ingress', 'security-group/self-egress']

/** Every line of the checklist, in its order. A test compares this with the checklist itself. */
export const checklist: readonly ChecklistPart[] = [
  {
    section: '1',
    heading: 'Service Quotas',
    lines: [
      ...['p4d.24xlarge', 'p4de.24xlarge', 'p5.48xlarge', 'trn1.32xlarge', 'trn1n.32xlarge'].map(clusterUsage),
      line('EC2 | Running On-Demand P instances | 8 × number of P4d/P5 nodes', ['quota/ec2-vcpus']),
      line('EC2 | Running On-Demand Trn instances | 32 × number of Trn1 nodes', ['quota/ec2-vcpus']),
      line('VPC | VPCs per Region | At least 1 available', ['quota/vpc-resources']),
      line('VPC | Subnets per VPC | At least 2 available', ['quota/vpc-resources']),
      line('VPC | Elastic IPs | 1 per node (if using NAT)', ['quota/vpc-resources']),
      line('EBS | General Purpose SSD (gp3) volume storage | 500GB × number of nodes', ['quota/ebs-volume-size', 'quota/gp3-storage']),
    ],
    beyond: ['quota/instances-per-cluster', 'quota/total-instances', 'quota/spot', 'quota/network-interfaces', 'quota/pending-request'],
  },
  {
    section: '2',
    heading: 'Required IAM Roles',
    lines: [
      line('HyperPod Execution Role: Used by SageMaker to manage cluster resources', [
        'iam/execution-role-exists',
        'iam/execution-role-trust',
        'iam/execution-role-permissions',
        'iam/caller',
      ]),
      line('HyperPod Node Role: Attached to cluster nodes for AWS API access', ['iam/node-role', 'iam/execution-role-permissions']),
    ],
  },
  {
    section: '3',
    heading: 'Subnet Requirements',
    lines: [
      line('Slurm | 32 IPs | /25 subnet (128 IPs)', ['network/subnet-capacity']),
      line('EKS | 81 IPs | /24 subnet (256 IPs)', ['network/subnet-capacity']),
    ],
  },
  {
    section: '3',
    heading: 'Required Components',
    lines: [
      line('VPC with DNS hostnames enabled', ['network/dns', 'network/vpc']),
      line('Private subnets in multiple AZs (recommended)', ['network/subnets-private', 'network/zones', 'network/subnets']),
      line('NAT Gateway or VPC endpoints for AWS service access', [
        'network/egress',
        'network/s3-route',
        'network/endpoints-usable',
        'lifecycle/internet',
        'security-group/egress-open',
        'security-group/https-from-vpc',
      ]),
      line('S3 VPC endpoint (Gateway type) - Required for lifecycle scripts', ['network/s3-route']),
      line('Security group allowing EFA traffic', ['security-group/exists', ...selfRules]),
    ],
  },
  {
    section: '4',
    heading: 'Required Inbound Rules',
    lines: [
      line('All traffic | All | Self (same SG) | Inter-node communication', ['security-group/self-ingress', 'security-group/exists']),
      line('TCP | 443 | VPC CIDR | SSM access', ['security-group/https-from-vpc']),
    ],
  },
  {
    section: '4',
    heading: 'Required Outbound Rules',
    lines: [line('All traffic | All | 0.0.0.0/0 | General AWS access', ['security-group/egress-open'])],
    beyond: ['security-group/lustre', 'security-group/eks-control-plane'],
  },
  {
    section: '4',
    heading: 'EFA-Specific Rules (GPU/Trainium instances)',
    lines: [line('All traffic | All | Self (same SG) | EFA traffic', selfRules)],
  },
  {
    section: '5',
    heading: 'Bucket Requirements',
    lines: [
      line('Bucket exists in same region as cluster', ['s3/bucket', 's3/region']),
      line('Bucket accessible from VPC (via S3 endpoint)', ['network/s3-route', 'network/s3-endpoint-policy']),
      line('HyperPod node role has read access', ['s3/role-access', 'iam/execution-role-permissions', 'iam/node-role']),
    ],
  },
  {
    section: '6',
    heading: 'Required Scripts',
    lines: [
      line('`on_create.sh` | Initial node setup | Once, at node creation', ['lifecycle/entry-point', 'plan/lifecycle-mode']),
      line('`provisioning_parameters.json` | Configuration parameters | Read at creation', [
        'lifecycle/provisioning-parameters',
        'lifecycle/provisioning-conflict',
      ]),
    ],
  },
  {
    section: '6',
    heading: 'Optional Scripts',
    lines: [line('`on_start.sh` | Node startup tasks | Each node boot', ['lifecycle/unused-hook'])],
    beyond: ['lifecycle/readable', 'lifecycle/placeholders', 'lifecycle/drift'],
  },
  {
    section: '6',
    heading: 'Script Requirements',
    lines: [
      line('Scripts are executable (`chmod +x`)', ['lifecycle/executable']),
      line('Scripts use `#!/bin/bash` shebang', ['lifecycle/shebang']),
      line(
        'Scripts exit with code 0 on success',
        ['lifecycle/exit-status', 'lifecycle/error-handling', 'lifecycle/references', 'lifecycle/files', 'lifecycle/entry-point'],
        'A script is read, not run: what is judged is whether the status that it exits with can be trusted.',
      ),
      line('Scripts handle errors gracefully', ['lifecycle/error-handling']),
    ],
  },
  {
    section: '7',
    heading: 'Required Tools',
    lines: [
      line('AWS CLI | v2.x | `pip install awscli`', ['tools/aws-cli']),
      line('HyperPod CLI | Latest | `pip install hyperpod`', ['tools/hyperpod-cli']),
      line('kubectl | v1.28+ | Required for EKS only', ['tools/kubectl']),
      line('Session Manager Plugin | Latest | For SSM access', ['tools/session-manager-plugin']),
    ],
  },
  {
    section: '8',
    heading: 'Additional Requirements for EKS Orchestration',
    lines: [
      line('eksctl installed (optional, for manual EKS management)', ['tools/eksctl']),
      line('Helm v3.x installed (for addon installation)', ['tools/helm']),
      line(
        'kubectl configured for cluster access',
        ['tools/kubectl', 'eks/caller-access', 'eks/helm-chart', 'eks/cluster'],
        'Judged are the version of kubectl, the access entry of the caller, and, where a context of the kubeconfig leads to the EKS cluster, the HyperPod chart in it.',
      ),
    ],
    beyond: [
      'eks/authentication-mode',
      'eks/version',
      'eks/network',
      'eks/endpoint-access',
      'eks/vpc-cni',
      'eks/pod-identity',
      'eks/pods-per-node',
    ],
  },
  {
    section: '9',
    heading: 'Additional Requirements for Slurm Orchestration',
    lines: [
      line('FSx for Lustre setup (recommended for shared storage)', ['slurm/file-system', 'plan/storage']),
      line(
        'LDAP/AD configuration (if using centralized auth)',
        ['slurm/directory-service', 'lifecycle/error-handling'],
        'Judged are the settings that are left as they came, and whether a step of the scripts that fails ends them, so that nodes without their directory are not taken for ready. The directory itself is not asked.',
      ),
    ],
    beyond: ['plan/slurm-groups', 'slurm/controller'],
  },
  {
    section: null,
    heading: 'Pre-Flight Checklist',
    lines: [
      line('Service quotas requested and approved', [
        'quota/cluster-usage',
        'quota/instances-per-cluster',
        'quota/total-instances',
        'quota/ebs-volume-size',
        'quota/pending-request',
      ]),
      line('IAM roles created with correct policies', [
        'iam/execution-role-exists',
        'iam/execution-role-trust',
        'iam/execution-role-permissions',
      ]),
      line('VPC configured with adequate IP space', ['network/vpc', 'network/subnets', 'network/subnet-capacity']),
      line('S3 VPC endpoint created', ['network/s3-route']),
      line('Security group allows required traffic', [...selfRules, 'security-group/egress-open']),
      line('S3 bucket created with lifecycle scripts', ['s3/bucket', 's3/region', 'lifecycle/entry-point']),
      line(
        'Lifecycle scripts tested and uploaded',
        [
          'lifecycle/entry-point',
          'lifecycle/shebang',
          'lifecycle/line-endings',
          'lifecycle/error-handling',
          'lifecycle/syntax',
          'lifecycle/references',
          'lifecycle/files',
          'lifecycle/drift',
          'lifecycle/provisioning-groups',
        ],
        'Scripts are read, never run.',
      ),
      line('CLI tools installed and configured', ['tools/aws-cli', 'tools/session-manager-plugin', 'tools/kubectl', 'tools/hyperpod-cli']),
      line('AWS credentials configured', ['credentials/identity']),
    ],
  },
  {
    section: null,
    heading: 'Common Pre-Creation Issues',
    lines: [
      line('Insufficient Quotas', ['quota/cluster-usage', 'quota/instances-per-cluster', 'quota/total-instances', 'quota/ebs-volume-size']),
      line('VPC IP Exhaustion', ['network/subnet-capacity']),
      line('S3 Access Denied', ['s3/role-access', 'network/s3-route', 's3/bucket']),
      line('Security Group Misconfiguration', selfRules),
    ],
  },
]
