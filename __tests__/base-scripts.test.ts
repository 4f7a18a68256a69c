import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { ScriptFolder } from '../src/model/facts/scripts.ts'
import type { Facts } from '../src/model/facts.ts'
import type { Plan } from '../src/model/plan.ts'
import { rules } from '../src/rules/index.ts'
import { references } from '../src/rules/lifecycle/references.ts'
import { repositoryEntryPoints } from '../src/semantics/plan/lifecycle-folders.ts'
import { knownScripts } from '../src/semantics/scripts/script-language.ts'
import { aPlan, aRequest, aRoute, aRouteTable, aScriptedGroup, aSubnet, findingsOf, known, repositoryScriptsOf } from './builders.ts'

/** AWS's own scripts, unmodified: what is found in them is true of every cluster that uses them. */
const folder = (name: 'slurm' | 'eks', added: Readonly<Record<string, string>> = {}) => {
  const root = new URL(`./fixtures/base-config/${name}/`, import.meta.url)
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:sh|py)$/.test(path))
    .toSorted()
  return { ...Object.fromEntries(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(new URL(path, root), 'utf8')])), ...added }
}

const parameters = (changes: object = {}) =>
  JSON.stringify({
    version: '1.0.0',
    workload_manager: 'slurm',
    controller_group: 'controller',
    worker_groups: [{ instance_group_name: 'worker', partition_name: 'dev' }],
    fsx_dns_name: 'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com',
    fsx_mountname: 'fsxmount',
    ...changes,
  })

/** What its scripts open beside themselves; AWS's folder has them, the fixture holds scripts alone. */
const opened = { 'utils/motd.txt': 'Welcome', 'utils/enroot.conf': 'ENROOT_LOGIN_SHELL off' }

const slurm = (changes: Readonly<Record<string, string>> = {}) =>
  folder('slurm', { 'provisioning_parameters.json': parameters(), ...opened, ...changes })

const uri = 's3://sagemaker-lifecycle/hyperpod/'

/** All rules about scripts; what differs between the two folders is judged in a test of its own. */
const lifecycleRules = rules.filter(({ id }) => id.startsWith('lifecycle/') && id !== 'lifecycle/drift')

/** The rules, on the folder in the repository and the same one in S3, with NAT. */
const judged = (
  scripts: Readonly<Record<string, string>>,
  orchestrator: Plan['orchestrator'],
  routes = [aRoute()],
  chosen = lifecycleRules,
) => {
  const plan = aPlan({
    request: aRequest(),
    orchestrator,
    lifecycleScripts: 'scripts',
    instanceGroups: [aScriptedGroup('on_create.sh', { name: 'controller' }), aScriptedGroup('on_create.sh', { name: 'worker' })],
  })
  const repository = repositoryScriptsOf(scripts)
  const bucket: ScriptFolder = { ...repository, origin: 'bucket', name: uri }
  const facts: Partial<Facts> = {
    repositoryScripts: repository,
    bucketScripts: { [uri]: known(bucket) },
    bucketFolders: {
      [uri]: known({
        bucket: 'sagemaker-lifecycle',
        prefix: 'hyperpod/',
        objects: Object.fromEntries(repository.paths.map((path) => [path, { size: 1, etag: '"e"' }])),
      }),
    },
    scriptSyntax: syntaxOf(repository, plan),
    subnets: { 'subnet-0aaaaaaa': aSubnet(), 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb' }) },
    routeTables: [aRouteTable({ routes })],
    natGateways: [
      {
        natGatewayId: 'nat-0aaaaaaa',
        vpcId: 'vpc-0a1b2c3d',
        subnetId: null,
        state: 'available',
        connectivityType: 'public',
        publicIps: [],
      },
    ],
    prefixLists: {},
  }
  return chosen.flatMap((rule) => findingsOf(rule, plan, facts))
}

const syntaxOf = (repository: ScriptFolder, plan: Plan): Facts['scriptSyntax'] =>
  Object.fromEntries(
    knownScripts(repository, repositoryEntryPoints(plan)).flatMap(({ path, language: { interpreter } }) =>
      ['scripts/', uri].map((root) => [
        `${root}${path}`,
        known({ interpreter, parsed: { kind: 'accepted' as const, openHereDocument: null }, shellcheck: known(null) }),
      ]),
    ),
  )

const legacy = { kind: 'slurm', configuration: 'legacy' } as const
const eks = { kind: 'eks', cluster: null } as const

const faults = (findings: ReturnType<typeof judged>) =>
  findings
    .filter(({ status, severity }) => (status === 'fail' && severity !== 'notice') || status === 'unknown')
    .map(({ rule, severity, message }) => `${severity} ${rule}: ${message}`)

describe("AWS's base scripts", () => {
  test('for Slurm: no error, no warning', () => {
    expect(faults(judged(slurm(), legacy))).toEqual([])
  })

  test('for EKS: no error, no warning', () => {
    expect(faults(judged(folder('eks'), eks))).toEqual([])
  })

  test('with every switch of config.py on: what was left open in them', () => {
    const config = slurm()['config.py'] ?? ''
    const on = config.replaceAll(/^( {4}enable_\w+) = False$/gm, '$1 = True')
    expect(on).not.toBe(config)
    const found = faults(judged(slurm({ 'config.py': on }), legacy)).filter((fault) => !fault.includes('s3://'))
    expect(found).toEqual([
      expect.stringMatching(
        /^error lifecycle\/placeholders: scripts\/config\.py holds enable_mount_s3 = True with an empty s3_bucket, .* in line \d+, ws-abcd1234-/,
      ),
    ])
  })

  test('without lifecycle_script.py, which on_create.sh always starts, no node comes up', () => {
    const { 'lifecycle_script.py': _, ...rest } = slurm()
    expect(faults(judged(rest, legacy, [], [references]))).toEqual(
      ['scripts', uri].map((name) => expect.stringContaining(`error lifecycle/references: lifecycle_script.py is not in ${name}`)),
    )
  })

  test('every script that is on the way is missed when it is not there', () => {
    const all = slurm()
    const missed = Object.keys(all).filter((gone) => {
      if (gone === 'on_create.sh' || gone === 'provisioning_parameters.json') return false
      const rest = Object.fromEntries(Object.entries(all).filter(([path]) => path !== gone))
      return faults(judged(rest, legacy, [], [references])).some((fault) =>
        fault.includes(`lifecycle/references: ${gone} is not in scripts`),
      )
    })
    expect(missed.sort()).toEqual([
      'add_users.sh',
      'apply_hotfix.sh',
      'lifecycle_script.py',
      'mount_fsx.sh',
      'multi_headnode_setup/headnode_notification.sh',
      'multi_headnode_setup/headnode_setup.sh',
      'setup_mariadb_accounting.sh',
      'setup_user_associations.sh',
      'start_slurm.sh',
      'utils/enable_slurm_log_rotation.sh',
      'utils/fsx_ubuntu.sh',
      'utils/gen-keypair-ubuntu.sh',
      'utils/install_ansible.sh',
      'utils/install_docker.sh',
      'utils/install_enroot_pyxis.sh',
      'utils/motd.sh',
      'utils/ssh-to-compute.sh',
    ])
  })

  test('without a way to the internet: one warning a folder, on both orchestrators', () => {
    for (const findings of [judged(slurm(), legacy, []), judged(folder('eks'), eks, [])]) {
      expect(faults(findings)).toEqual([
        expect.stringMatching(/^warning lifecycle\/internet: .* need(?:s)? the internet, .* no way there/),
        expect.stringMatching(/^warning lifecycle\/internet: /),
      ])
    }
  })
})
