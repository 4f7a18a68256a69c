import * as v from 'valibot'
import { toolReferences } from '../catalog/tools.ts'
import type { ToolName } from '../model/plan.ts'
import { parseS3Folder } from '../semantics/plan/s3-uri.ts'

const toolNames = Object.keys(toolReferences) as readonly ToolName[]

/**
 * `plan`: what is to be created, and what of it is looked at. `run`: how the account is asked, and how the answers are judged. `output`: a
 * file to write. `comment`: the comment on a pull request, which the action alone makes.
 */
type InputUse = 'plan' | 'run' | 'output' | 'comment'

/** One input of the action, which is also the flag of the same name. */
interface Input<T, U extends InputUse = InputUse> {
  readonly use: U
  /** It names something to look at: a run without a snapshot needs one of these. */
  readonly isSubject?: true
  /** Whether it may be given with a saved snapshot, for one whose use does not say so: the plan is the snapshot's own, all else may be given. */
  readonly withSnapshot?: 'taken' | 'refused'
  /** As a flag it may stand alone, and then means true. */
  readonly isSwitch?: true
  readonly description: string
  /** What stands for the value in the help of the command. */
  readonly placeholder: string
  /** What a right value looks like; said when one is wrong. */
  readonly expected: string
  /**
   * As action.yml states it; absent where there is none. What a policy file may decide has none there: the runner would hand it over as
   * if the user had given it, and an input wins over the file.
   */
  readonly default?: string
  readonly schema: v.GenericSchema<string, T>
}

const input = <T, U extends InputUse>(entry: Input<T, U>): Input<T, U> => entry

const matching = (pattern: RegExp): v.GenericSchema<string, string> => v.pipe(v.string(), v.trim(), v.regex(pattern))
const oneOf = <const O extends readonly string[]>(options: O): v.GenericSchema<string, O[number]> =>
  v.pipe(v.string(), v.trim(), v.picklist(options))
const anyText: v.GenericSchema<string, string> = v.pipe(v.string(), v.trim(), v.nonEmpty())

/** Values separated by commas, white space or newlines, each once. */
const listOf = <T>(item: v.GenericSchema<string, T>): v.GenericSchema<string, T[]> =>
  v.pipe(
    v.string(),
    v.transform((text) => [...new Set(text.split(/[\s,]+/).filter((part) => part !== ''))]),
    v.array(item),
    v.minLength(1),
  )

const arn = (service: string, resource: string): string => `arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}`
const nameOrArn = (name: string, arnPattern: string): v.GenericSchema<string, string> => matching(new RegExp(`^(?:${name}|${arnPattern})$`))

const roleName = '[\\w+=,.@-]{1,64}'
const roleArn = arn('iam', `role/(?:[\\x21-\\x7e]+/)?${roleName}`)

const clusterName = /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/

/** The policy of a repository, unless an input names another. */
export const defaultPolicyFile = '.github/hyperpod-preflight.yml'

/**
 * Every input, once: the flags, action.yml and the tables of the README are compared with this by test.
 *
 * Bounds of ids and counts: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html
 */
export const inputTable = {
  region: input({
    use: 'plan',
    description: "AWS Region of the cluster; default: the environment's (AWS_REGION, AWS_DEFAULT_REGION, the profile)",
    placeholder: 'region',
    expected: 'an AWS Region such as us-west-2',
    schema: matching(/^[a-z]{2,6}(?:-[a-z]+)+-\d{1,2}$/),
  }),
  'cluster-config': input({
    use: 'plan',
    isSubject: true,
    description: 'path of a CreateCluster or UpdateCluster request, JSON or YAML, as --cli-input-json of the AWS CLI takes it',
    placeholder: 'file',
    expected: 'the path of a file',
    schema: anyText,
  }),
  'vpc-id': input({
    use: 'plan',
    isSubject: true,
    description: 'VPC of the cluster; default: the VPC of its subnets',
    placeholder: 'id',
    expected: 'vpc- and 8 to 17 hexadecimal digits',
    schema: matching(/^vpc-[0-9a-f]{8,17}$/),
  }),
  'subnet-ids': input({
    use: 'plan',
    isSubject: true,
    description: 'subnets of the cluster, separated by commas or newlines, where the request names none',
    placeholder: 'ids',
    expected: 'subnet- and 8 to 17 hexadecimal digits, at most 16 of them separated by commas',
    schema: v.pipe(listOf(matching(/^subnet-[0-9a-f]{8,17}$/)), v.maxLength(16)),
  }),
  'security-group-ids': input({
    use: 'plan',
    isSubject: true,
    description: 'security groups of the cluster, separated by commas or newlines, where the request names none',
    placeholder: 'ids',
    expected: 'sg- and 8 to 17 hexadecimal digits, separated by commas',
    schema: listOf(matching(/^sg-[0-9a-f]{8,17}$/)),
  }),
  bucket: input({
    use: 'plan',
    isSubject: true,
    description: 'S3 folder of the lifecycle scripts, where the request names none: s3://bucket/prefix/',
    placeholder: 's3-uri',
    expected: 's3://bucket/prefix/, or a bare bucket name',
    schema: v.pipe(
      v.string(),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        const folder = parseS3Folder(dataset.value.trim())
        if (folder !== null) return folder
        addIssue({ message: 'not a folder in S3' })
        return NEVER
      }),
    ),
  }),
  'cluster-name': input({
    use: 'plan',
    description: 'Name of the cluster, where the request file leaves ClusterName out',
    placeholder: 'name',
    expected: 'a cluster name of letters, digits and hyphens, at most 63 characters',
    schema: matching(clusterName),
  }),
  operation: input({
    use: 'plan',
    description: 'create a new cluster, or update one that exists; default: auto, an update if a cluster of that name exists',
    placeholder: 'name',
    expected: 'auto, create or update',
    schema: oneOf(['auto', 'create', 'update']),
  }),
  diagnose: input({
    use: 'plan',
    isSubject: true,
    description: 'name of a cluster that failed, or whose nodes are missing: why, and what to do; checks the cluster as it is',
    placeholder: 'cluster',
    expected: 'a cluster name of letters, digits and hyphens, at most 63 characters',
    schema: matching(clusterName),
  }),
  orchestrator: input({
    use: 'plan',
    description: 'slurm or eks; default: what the request says, else the checks assume the one that needs more',
    placeholder: 'name',
    expected: 'slurm or eks',
    schema: oneOf(['slurm', 'eks']),
  }),
  'instance-type': input({
    use: 'plan',
    isSubject: true,
    withSnapshot: 'taken',
    description: 'instance type of a plan of one group, where there is no request',
    placeholder: 'type',
    expected: 'an instance type with its ml. prefix, such as ml.p5.48xlarge',
    schema: matching(/^ml\.[a-z0-9-]+\.[a-z0-9-]+$/),
  }),
  'instance-count': input({
    use: 'plan',
    withSnapshot: 'taken',
    description: 'nodes of that group; default 1. With snapshot: what if it had this many',
    placeholder: 'number',
    expected: 'a whole number from 1 to 6758',
    schema: v.pipe(matching(/^\d{1,9}$/), v.transform(Number), v.minValue(1), v.maxValue(6758)),
  }),
  'eks-cluster': input({
    use: 'plan',
    isSubject: true,
    description: 'name or ARN of the EKS cluster that orchestrates, where the request names none',
    placeholder: 'name',
    expected: 'the name or the ARN of an EKS cluster',
    schema: nameOrArn('[0-9A-Za-z][A-Za-z0-9_-]{0,99}', arn('eks', 'cluster/[0-9A-Za-z][A-Za-z0-9_-]{0,99}')),
  }),
  'fsx-file-system-id': input({
    use: 'plan',
    isSubject: true,
    description: 'id or ARN of the FSx file system that the nodes mount',
    placeholder: 'id',
    expected: 'fs- and 8 to 17 hexadecimal digits, or the ARN of a file system',
    schema: nameOrArn('fs-[0-9a-f]{8,17}', arn('fsx', 'file-system/fs-[0-9a-f]{8,17}')),
  }),
  'training-plan': input({
    use: 'plan',
    description: 'name or ARN of the training plan that holds the capacity of a plan of one group',
    placeholder: 'name',
    expected: 'the name or the ARN of a training plan',
    schema: nameOrArn('[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,63}', arn('sagemaker', 'training-plan/[a-zA-Z0-9-]{1,64}')),
  }),
  'execution-role': input({
    use: 'plan',
    isSubject: true,
    description: "name or ARN of the nodes' execution role, where the request names none; without a request HyperPodExecutionRole",
    placeholder: 'role',
    expected: 'the name or the ARN of an IAM role',
    schema: nameOrArn(roleName, roleArn),
  }),
  'node-role': input({
    use: 'plan',
    description: 'name or ARN of the second role that the prerequisites checklist asks for; without a request HyperPodNodeRole',
    placeholder: 'role',
    expected: 'the name or the ARN of an IAM role',
    schema: nameOrArn(roleName, roleArn),
  }),
  'lifecycle-scripts': input({
    use: 'plan',
    isSubject: true,
    description: 'folder in the repository that is uploaded to bucket',
    placeholder: 'folder',
    expected: 'the path of a folder',
    schema: anyText,
  }),
  'required-tools': input({
    use: 'plan',
    withSnapshot: 'taken',
    description: `tools of this machine whose absence blocks, separated by commas: ${toolNames.join(', ')}`,
    placeholder: 'names',
    expected: `names out of ${toolNames.join(', ')}, separated by commas`,
    schema: listOf(v.picklist(toolNames)),
  }),
  'policy-file': input({
    use: 'run',
    description: `policy of the team: severities, waivers, thresholds (docs/policy.schema.json describes it); default: ${defaultPolicyFile} where it is there`,
    placeholder: 'file',
    expected: 'the path of a file',
    schema: anyText,
  }),
  'fail-on': input({
    use: 'run',
    description:
      'severity from which a finding fails the run: error, warning or never; it moves the exit code, not the verdict; default: what the policy file says, else error',
    placeholder: 'severity',
    expected: 'error, warning or never',
    schema: oneOf(['error', 'warning', 'never']),
  }),
  'on-unknown': input({
    use: 'run',
    description:
      'fail: a verdict of unproven fails the run; warn: it does not, and stays unproven; default: what the policy file says, else fail',
    placeholder: 'choice',
    expected: 'fail or warn',
    schema: oneOf(['fail', 'warn']),
  }),
  only: input({
    use: 'run',
    description: 'judge these rules alone: ids, areas or patterns with *, separated by commas; a verdict without the others is never ready',
    placeholder: 'rules',
    expected: 'rules, areas or patterns such as network or quota/*, separated by commas',
    schema: listOf(matching(/^[a-z0-9*/-]+$/)),
  }),
  skip: input({
    use: 'run',
    description: 'leave these rules out, as only names them; without one that could block, the verdict is never ready',
    placeholder: 'rules',
    expected: 'rules, areas or patterns such as tools or quota/*, separated by commas',
    schema: listOf(matching(/^[a-z0-9*/-]+$/)),
  }),
  offline: input({
    use: 'run',
    isSwitch: true,
    withSnapshot: 'refused',
    description:
      'true: judge the request and the scripts alone, without credentials or network; default where lifecycle-scripts alone is given',
    placeholder: 'choice',
    expected: 'true or false',
    schema: v.pipe(
      oneOf(['true', 'false']),
      v.transform((text) => text === 'true'),
    ),
  }),
  'role-to-assume': input({
    use: 'run',
    withSnapshot: 'refused',
    description: "ARN of a role to assume with the workflow's OIDC token; default: the credentials that are there",
    placeholder: 'arn',
    expected: 'the ARN of an IAM role',
    schema: matching(new RegExp(`^${roleArn}$`)),
  }),
  'comment-in-pr': input({
    use: 'comment',
    description:
      'when to comment on the pull request: on-change (it touches the lifecycle scripts, the request or the policy), on-failure, always or never',
    placeholder: 'when',
    expected: 'on-change, on-failure, always or never',
    default: 'on-change',
    schema: oneOf(['on-change', 'on-failure', 'always', 'never']),
  }),
  'github-token': input({
    use: 'comment',
    description: 'token that comments; it needs pull-requests: write',
    placeholder: 'token',
    expected: 'a token of GitHub',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of the workflow, for the runner to resolve
    default: '${{ github.token }}',
    // The runner puts the token in the place of the expression. Where nobody has, there is no token.
    schema: v.pipe(
      v.string(),
      v.trim(),
      v.transform((text) => (text.startsWith('${{') ? null : text)),
    ),
  }),
  'json-file': input({
    use: 'output',
    description: 'write the report there as JSON (docs/report.schema.json describes it)',
    placeholder: 'file',
    expected: 'the path of a file',
    schema: anyText,
  }),
  'sarif-file': input({
    use: 'output',
    description: 'write the report there as SARIF 2.1.0, for code scanning',
    placeholder: 'file',
    expected: 'the path of a file',
    schema: anyText,
  }),
  'junit-file': input({
    use: 'output',
    description: 'write the report there as JUnit XML',
    placeholder: 'file',
    expected: 'the path of a file',
    schema: anyText,
  }),
  'html-file': input({
    use: 'output',
    description: 'write the report there as one HTML page that needs no network',
    placeholder: 'file',
    expected: 'the path of a file',
    schema: anyText,
  }),
  snapshot: input({
    use: 'run',
    description:
      'judge this saved snapshot instead of an account: no credentials, no network; with cluster-config, judge that request on it',
    placeholder: 'file',
    expected: 'the path of a file that save-snapshot wrote',
    schema: anyText,
  }),
  'save-snapshot': input({
    use: 'output',
    description: 'write everything the judgement is made of there; it names ARNs and account ids, never credentials',
    placeholder: 'file',
    expected: 'the path of a file',
    schema: anyText,
  }),
} as const

export type InputName = keyof typeof inputTable
export const inputNames = Object.keys(inputTable) as readonly InputName[]

/** Inputs with this use. */
export type InputFor<U extends InputUse> = { [K in InputName]: (typeof inputTable)[K]['use'] extends U ? K : never }[InputName]

/** Names of the inputs with this use, in the order of the table. */
export const inputsFor = <U extends InputUse>(use: U): readonly InputFor<U>[] =>
  inputNames.filter((name): name is InputFor<U> => inputTable[name].use === use)

type ValueOf<K extends InputName> = (typeof inputTable)[K] extends Input<infer T> ? T : never

/** Inputs by name, parsed; null where neither given nor defaulted. */
export type Inputs = { readonly [K in InputName]: ValueOf<K> | null }
