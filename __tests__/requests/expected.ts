/**
 * What the tool says about each request file, where no account is looked at: every failing finding as `line:column severity rule text`,
 * in any order. The text is what stands there in the file; `⏎` is the end of a line, where a value is missing.
 */
export const expectedFindings: Readonly<Record<string, readonly string[]>> = {
  // Legacy Slurm, as AWS's tutorial has it.
  'slurm-legacy.json': [],
  // Legacy Slurm with comments, anchors and merge keys; the block that holds them is no member of the API.
  'slurm-legacy-anchors.yaml': ['6:3 warning plan/unknown-field LifeCycleConfig:'],
  // SlurmConfig on every group, Lustre and OpenZFS mounts, OnInitComplete, a group of no node.
  'slurm-api.json': [],
  // SlurmConfig without LifeCycleConfig and VpcConfig, between document markers.
  'slurm-service-vpc.yaml': [],
  // A training plan and EFA-only interfaces.
  'slurm-training-plan.json': [],
  // EKS with deep health checks.
  'eks.json': [],
  // Labels, taints, a custom AMI, patching, tags.
  'eks-labels-and-taints.yaml': [],
  // An OverrideVpcConfig a zone, merged from anchors.
  'eks-three-zones.yaml': ['2:3 warning plan/unknown-field scripts:'],
  // Spot, several types in a group, Continuous.
  'eks-spot.yaml': [],
  // Karpenter; JSON indented by tabs, with escaped slashes.
  'eks-karpenter-tabs.json': [],
  // Restricted groups alone.
  'eks-restricted-groups.json': [],
  // Tiered storage, an encrypted root volume, a folded text, a hexadecimal number.
  'eks-tiered-storage.yml': [],
  // Another partition; YAML in flow style.
  'govcloud.yaml': [],
  // A byte order mark and CR LF.
  'from-windows.json': [],
  // One line, without a line feed.
  'minified.json': [],
  // A cluster without groups, which the API model takes.
  'no-groups.yaml': [],
  // Continuous on Slurm, with what needs it and what it refuses.
  'continuous-slurm.yaml': ['6:26 warning plan/dependent-fields Overwrite'],
  // Values of other types.
  'wrong-types.json': [
    '2:18 error plan/request-shape 42',
    '3:21 error plan/request-shape {',
    '10:25 error plan/request-shape "sg-0123456789abcdef0"',
    '11:45 error plan/request-shape ["subnet-0fedcba9876543210"]]',
    '13:11 error plan/request-shape {',
    '14:19 error plan/request-shape true',
  ],
  // Required members left out.
  'missing-fields.yaml': [
    '1:1 error plan/request-shape InstanceGroups:',
    '2:5 error plan/request-shape InstanceGroupName:',
    '2:5 error plan/request-shape InstanceGroupName:',
    '4:5 error plan/request-shape InstanceType:',
    '4:5 error plan/request-shape InstanceType:',
    '7:3 error plan/request-shape Subnets:',
    '9:5 error plan/request-shape Key:',
  ],
  // Names in another case, of another resource, in the plural.
  'misspelt-fields.json': [
    '4:5 error plan/request-shape {',
    '4:5 error plan/request-shape {',
    '5:28 warning plan/unknown-field "workers"',
    '8:27 warning plan/unknown-field "arn:aws:iam::111122223333:role/HyperPodExecutionRole"',
    '9:26 warning plan/unknown-field {',
    '22:20 warning plan/unknown-field "on_start.sh"',
    '24:56 warning plan/unknown-field {',
    '27:16 warning plan/unknown-field {',
  ],
  // A copied group and a repeated tag.
  'duplicate-names.yaml': ['4:24 error plan/duplicate-names worker', '17:12 error plan/duplicate-names team'],
  // What SlurmConfig takes once, twice; a partition too many and one too few.
  'slurm-two-controllers.json': [
    '17:36 error plan/slurm-groups "Controller"',
    '17:68 error plan/slurm-groups ["dev"]',
    '31:36 error plan/slurm-groups "Login"',
    '38:22 error plan/slurm-groups {',
    '39:28 error plan/slurm-groups {',
  ],
  // The node type that the documentation names, and others.
  'slurm-worker-node-type.yaml': [
    '3:47 error plan/request-shape managed',
    '5:152 error plan/request-shape Head',
    '11:17 error plan/request-shape Worker',
    '13:9 error plan/request-shape -',
    '14:11 error plan/request-shape prod_2',
  ],
  // OnCreate with OnInitComplete, halves, nothing.
  'lifecycle-modes.json': [
    '12:27 error plan/lifecycle-mode "on_init_complete.sh"',
    '20:26 error plan/lifecycle-mode {',
    '27:40 error plan/lifecycle-mode "on_create.sh"',
    '34:26 error plan/lifecycle-mode {}',
    '41:43 error plan/request-shape "sagemaker-modes/scripts/"',
    '41:83 error plan/request-shape ""',
  ],
  // What Slurm may leave out and EKS may not.
  'eks-without-lifecycle.yaml': ['6:5 error plan/lifecycle-mode InstanceGroupName:', '16:23 error plan/lifecycle-mode extend.sh'],
  // EKS without VpcConfig; names for ARNs.
  'eks-without-vpc.json': [
    '1:1 error plan/orchestrator {',
    '3:44 error plan/request-shape "hyperpod-eks"',
    '9:24 error plan/request-shape "HyperPodExecutionRole"',
  ],
  // Counts, lengths, patterns and enumerations.
  'out-of-bounds.json': [
    '2:18 error plan/request-shape "-a-name-that-starts-with-a-hyphen"',
    '5:28 error plan/request-shape "worker_group_1"',
    '7:24 error plan/request-shape -1',
    '8:27 error plan/request-shape 6759',
    '8:27 error plan/dependent-fields 6759',
    '9:24 error plan/request-shape "arn:aws:iam::11112222333:role/HyperPodExecutionRole"',
    '10:25 error plan/request-shape 0',
    '11:34 error plan/request-shape []',
    '12:18 error plan/request-shape "ami-12345"',
    '13:75 error plan/request-shape 16385',
    '18:24 error plan/request-shape 1.5',
    '20:26 error plan/request-shape "training-plan/p5"',
    '24:25 error plan/request-shape [',
    '32:16 error plan/request-shape []',
    '34:36 error plan/request-shape "Enabled"',
    '34:85 error plan/request-shape 101',
  ],
  // Quoted numbers, unquoted account ids, words that are no booleans; told again for the group that merges them.
  'yaml-quoting.yaml': [
    '2:14 error plan/request-shape 2024',
    '9:20 error plan/request-shape "4"',
    '9:20 error plan/request-shape "4"',
    "10:21 error plan/request-shape '1'",
    "10:21 error plan/request-shape '1'",
    '14:44 error plan/request-shape 500GB',
    '14:44 error plan/request-shape 500GB',
    '14:63 error plan/request-shape no',
    '14:63 error plan/request-shape no',
    '17:18 error plan/request-shape 111122223333',
    '17:18 error plan/request-shape 111122223333',
    '18:25 error plan/request-shape 012345678901',
    '18:25 error plan/request-shape 012345678901',
    '19:14 error plan/request-shape true',
    '19:14 error plan/request-shape true',
    '26:28 error plan/request-shape 111122223333',
    '27:28 error plan/request-shape 1.10',
  ],
  // Lines that end in CR LF.
  'crlf.yaml': [
    '6:20 error plan/request-shape "2"',
    '9:7 error plan/lifecycle-mode SourceS3Uri:',
    '10:14 warning plan/unknown-field Automatic',
  ],
  // A byte order mark, which takes no column.
  'bom.yaml': ['1:14 error plan/request-shape under_score', '2:17 error plan/request-shape []'],
  // Eks and Slurm.
  'both-orchestrators.json': ['3:19 error plan/orchestrator {'],
  // Keys without a value, and null.
  'null-members.yaml': [
    '2:14 error plan/request-shape ⏎',
    '8:22 error plan/request-shape ~',
    '10:25 error plan/request-shape ⏎',
    '11:25 warning plan/unknown-field 500',
    '12:22 error plan/request-shape null',
    '13:4 error plan/request-shape ⏎',
    '14:11 error plan/request-shape ⏎',
    '17:4 error plan/request-shape ⏎',
  ],
  // Empty lists and an empty orchestrator.
  'empty-groups.json': [
    '3:21 error plan/request-shape []',
    '4:19 error plan/orchestrator {}',
    '6:25 error plan/request-shape []',
    '7:17 error plan/request-shape ""]',
  ],
  // Root volumes of a size, mounts without a VPC, two of one kind.
  'storage.yaml': [
    '8:62 error plan/storage 200',
    '9:26 error plan/storage {',
    '9:26 error plan/storage {',
    '10:26 error plan/storage {',
    '16:26 error plan/storage {',
    '17:26 error plan/storage {',
    '17:26 error plan/storage {',
    '18:9 error plan/request-shape EbsVolumeConfig:',
    '19:27 error plan/storage {',
  ],
  // A mount that nobody makes, with placeholders.
  'fsx-on-legacy-slurm.json': [
    '12:30 warning plan/storage {',
    '13:24 error plan/request-shape "fs-xxxxx.fsx.us-west-2.amazonaws.com"',
    '14:26 error plan/request-shape "toolongname"',
    '15:26 error plan/request-shape "fsx"',
  ],
  // Fields of EKS on Slurm, and fields without what they depend on.
  'misplaced-fields.yaml': [
    '5:7 warning plan/dependent-fields Endpoint:',
    '7:14 warning plan/orchestrator {',
    '7:14 warning plan/dependent-fields {',
    '16:7 warning plan/dependent-fields InstanceTypes:',
    '19:35 warning plan/dependent-fields {}',
    '22:7 error plan/orchestrator Labels:',
    '23:42 error plan/orchestrator DrainFirst',
  ],
  // A type without its prefix, misspelt, newer than the list, in both forms, in none.
  'instance-types.json': [
    '6:23 error plan/request-shape "p5.48xlarge"',
    '22:5 error plan/request-shape {',
    '25:31 warning plan/dependent-fields {',
    '29:5 error plan/request-shape {',
  ],
  // What restricted groups do not have; a cluster of another Region.
  'restricted-groups.yaml': [
    '4:17 error eks/cluster arn:aws:eks:us-east-1:111122223333:cluster/nova',
    '15:5 error plan/request-shape InstanceGroupName:',
    '15:24 error plan/duplicate-names nova',
    '16:27 warning plan/unknown-field {',
    '19:22 warning plan/unknown-field {',
    '21:37 error plan/request-shape 1000',
    '21:69 error plan/request-shape 2000',
    '24:5 error plan/request-shape FSxLustreConfig:',
    '24:22 error plan/request-shape {',
  ],
  // Labels, taints and health checks that are none.
  'kubernetes-config.yaml': [
    '10:47 error plan/request-shape NcclTest]',
    '13:27 error plan/request-shape training',
    '14:25 error plan/request-shape "x"',
    '15:16 error plan/request-shape "Ada',
    '17:54 error plan/request-shape NoScheduled',
    '18:11 error plan/request-shape {',
  ],
  // 21 groups.
  'many-groups.yaml': ['8:3 warning plan/group-count -'],
  // Variables that nobody replaced.
  'envsubst-left.json': [
    '9:43 error plan/request-shape "s3://$',
    '3:44 error plan/request-shape "$',
    '7:23 error plan/request-shape "$ACCEL_INSTANCE_TYPE"',
    '8:24 error plan/request-shape "$',
    '10:24 error plan/request-shape "$',
    '14:26 error plan/request-shape "$SECURITY_GROUP"]',
    '15:17 error plan/request-shape "$SUBNET_ID"]',
  ],
  // A merge key with members of its own beside it, and one of two mappings. What a group states itself wins over what is merged into it,
  // and stands where the group states it; what is merged in stands where its anchor does.
  'merge-overrides.yaml': [
    '3:3 warning plan/unknown-field InstanceType: ml.g5.8xlarge',
    '7:3 warning plan/unknown-field LifeCycleConfig:',
    '8:5 error plan/lifecycle-mode SourceS3Uri:',
    '9:19 error plan/request-shape 3',
    '14:20 error plan/request-shape 7000',
    '16:20 error plan/request-shape 7001',
  ],
  // An answer of DescribeCluster, as the request for another cluster like it.
  'describe-cluster-output.json': [],
  // A list of instance groups, as --instance-groups file:// takes it.
  'list.json': ['1:1 error plan/request-shape [', '2:3 error plan/request-shape {'],
  'list-of-groups.yaml': ['1:1 error plan/request-shape -', '5:22 error plan/duplicate-names workers', '7:18 error plan/request-shape two'],
  // The name is on the command line, or missing.
  'without-name.yaml': ['1:1 error plan/request-shape InstanceGroups:'],
  // Templates that nobody filled in: each place once, and nothing is looked up by what stands there.
  'placeholders.yaml': [
    '13:20 error plan/request-shape arn:aws:iam::111122223333:role/YOUR_ROLE_NAME',
    '1:14 error plan/request-shape <cluster-name>',
    '2:23 error plan/request-shape subnet-xxxxxxxx',
    '2:60 error plan/request-shape "{{ sg }}"',
    '6:19 error plan/request-shape $',
    '7:20 error plan/request-shape $COUNT',
    '8:20 error plan/request-shape arn:aws:iam::<account-id>',
    '9:36 error plan/request-shape "s3://<your-bucket>/src"',
  ],
}

/** Files that cannot be read: each fault as `line:column problem`. */
export const expectedFaults: Readonly<Record<string, readonly string[]>> = {
  'unreadable-anchor.yaml': ['3:9 nothing is anchored as &common before this'],
  'unreadable-comment-only.yaml': ['1:1 the file is empty'],
  'unreadable-comment.json': ['3:3 not valid JSON: invalid comment token'],
  'unreadable-cut-off.json': ['5:1 not valid JSON: close bracket expected'],
  'unreadable-duplicate-key.yaml': ['6:5 Map keys must be unique'],
  'unreadable-empty.json': ['1:1 the file is empty'],
  'unreadable-indent.yaml': ['3:24 Nested mappings are not allowed in compact mappings', '3:24 Implicit keys need to be on a single line'],
  'unreadable-tabs.yaml': ['3:1 Tabs are not allowed as indentation'],
  'unreadable-trailing-comma.json': ['8:5 not valid JSON: property name expected'],
  'unreadable-two-documents.yaml': ['2:1 the file holds more than one YAML document'],
  'unreadable-variable.json': [`6:24 the placeholder \${ACCEL_COUNT} was left open`],
  'cloudformation.yaml': ['1:1 this is a CloudFormation template'],
  'cloudformation-tags.yaml': ['1:1 this is a CloudFormation template'],
  'tags-alone.yaml': ['3:13 this is !Ref, a tag of CloudFormation or of another program, where a request has a plain value'],
  'stack-parameters.json': ['1:1 this is a CloudFormation parameter file'],
  'terraform-plan.json': ['1:1 this is a Terraform plan in JSON'],
  'terraform-source.yaml': ['1:1 this is a Terraform source file'],
  'hyperpod-cli-config.yaml': ['1:1 this is a configuration of the HyperPod CLI (hyp)'],
  'parallelcluster.yaml': ['1:1 this is an AWS ParallelCluster configuration'],
  'provisioning-parameters.json': ['1:1 this is a provisioning_parameters.json'],
  'eksctl.yaml': ['1:1 this is a Kubernetes or eksctl manifest'],
  'skeleton.json': ['1:1 this is the skeleton of a request, with nothing filled in'],
}
