import { describe, expect, test } from '@jest/globals'
import { lifecycleFolders, repositoryEntryPoints, repositoryPath, whyNoScripts } from '../../../src/semantics/plan/lifecycle-folders.ts'
import { aGroup, aPlan, aRequest, aScriptedGroup } from '../../builders.ts'

const other = { bucket: 'sagemaker-other', prefix: '', location: null }
const request = aRequest()

describe('lifecycleFolders', () => {
  test('a flat plan looks for the customary name', () => {
    const [folder] = lifecycleFolders(aPlan())
    expect(folder).toMatchObject({ uri: 's3://sagemaker-lifecycle/hyperpod/', entryPoints: [{ script: 'on_create.sh', hook: null }] })
  })

  test('groups that share a script share an entry point; each folder has its own', () => {
    const instanceGroups = [
      aScriptedGroup('setup.sh', { name: 'controller' }),
      aScriptedGroup('setup.sh', { name: 'workers' }),
      aGroup({ name: 'login', lifecycle: { mode: 'extension', source: other, script: 'login.sh', location: null } }),
      aGroup({ name: 'plain' }),
    ]
    const plan = aPlan({ request, instanceGroups, lifecycleSources: [...aPlan().lifecycleSources, other] })
    expect(lifecycleFolders(plan).map(({ entryPoints }) => entryPoints)).toEqual([
      [
        {
          script: 'setup.sh',
          hook: 'OnCreate',
          instanceGroups: ['controller', 'workers'],
          location: { path: 'cluster.json', line: 12, column: 9 },
        },
      ],
      [{ script: 'login.sh', hook: 'OnInitComplete', instanceGroups: ['login'], location: null }],
    ])
    expect(repositoryEntryPoints(plan).map(({ script }) => script)).toEqual(['setup.sh', 'login.sh'])
  })

  test('a Slurm request whose groups run nothing from the folder has no entry point; on EKS the customary name is wanted', () => {
    expect(lifecycleFolders(aPlan({ request }))[0]?.entryPoints).toEqual([])
    const [folder] = lifecycleFolders(aPlan({ request, orchestrator: { kind: 'eks', cluster: null } }))
    expect(folder?.entryPoints.map(({ script }) => script)).toEqual(['on_create.sh'])
  })
})

test.each([
  ['scripts', 'scripts/a.sh'],
  ['./scripts/', 'scripts/a.sh'],
  ['infra//scripts', 'infra/scripts/a.sh'],
  ['.', 'a.sh'],
  ['../scripts', '../scripts/a.sh'],
  ['/srv/scripts', '/srv/scripts/a.sh'],
])('repositoryPath in %s', (folder, expected) => {
  expect(repositoryPath(folder, 'a.sh')).toBe(expected)
})

test.each([
  ['a flat plan', aPlan(), null],
  ['a repository folder alone', aPlan({ lifecycleSources: [], lifecycleScripts: 'scripts' }), null],
  ['a flat plan without either', aPlan({ lifecycleSources: [] }), /^The plan names no lifecycle scripts/],
  ['AMI-based', aPlan({ request, lifecycleSources: [] }), /^AMI-based/],
  ['a bucket that no group uses', aPlan({ request }), /^No instance group/],
])('whyNoScripts: %s', (_, plan, reason) => {
  const found = whyNoScripts(plan)
  if (reason === null) expect(found).toBeNull()
  else expect(found).toMatch(reason)
})
