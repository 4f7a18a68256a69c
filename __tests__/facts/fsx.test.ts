import { describe, expect, test } from '@jest/globals'
import { attempt } from '../../src/facts/engine/gap.ts'
import { fileSystems } from '../../src/facts/fsx.ts'
import type { Plan } from '../../src/model/plan.ts'
import { aPlan } from '../builders.ts'
import { type Input, useLoopbackService } from './loopback-service.ts'

const service = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))

describe('fileSystems', () => {
  const named = aPlan({
    fileSystems: [
      { type: 'unstated', fileSystemId: 'fs-0123456789abcdef0', dnsName: null, mountName: null, instanceGroups: [], location: null },
    ],
  })
  const ask = (plan: Plan) => attempt(() => fileSystems.collect(service.context(plan), nothing))
  const fileSystem = (FileSystemId: string) => ({
    FileSystemId,
    FileSystemType: 'LUSTRE',
    Lifecycle: 'AVAILABLE',
    DNSName: `${FileSystemId}.fsx.us-west-2.amazonaws.com`,
    VpcId: 'vpc-0a1b2c3d',
    LustreConfiguration: { MountName: 'fsxmount' },
  })

  test('all pages are read', async () => {
    const asked: Input[] = []
    service.current().operations = {
      DescribeFileSystems: (input) => {
        asked.push(input)
        return 'NextToken' in input
          ? { FileSystems: [fileSystem('fs-00000002')] }
          : { FileSystems: [fileSystem('fs-00000001')], NextToken: 'more' }
      },
    }
    expect(await ask(named)).toMatchObject({
      ok: true,
      value: [{ fileSystemId: 'fs-00000001', mountName: 'fsxmount' }, { fileSystemId: 'fs-00000002' }],
    })
    expect(asked).toEqual([{}, { NextToken: 'more' }])
  })

  test('one without a type leaves the others known', async () => {
    const { FileSystemType: _, ...odd } = fileSystem('fs-00000002')
    service.current().operations = { DescribeFileSystems: () => ({ FileSystems: [fileSystem('fs-00000001'), odd] }) }
    expect(await ask(named)).toMatchObject({ ok: true, value: [{ type: 'LUSTRE' }, { fileSystemId: 'fs-00000002', type: null }] })
  })

  test('nothing is asked where the plan names none', async () => {
    expect(await ask(aPlan({ lifecycleSources: [] }))).toEqual({ ok: true, value: [] })
    expect(service.current().asked).toEqual([])
  })
})
