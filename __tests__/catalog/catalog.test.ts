import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  catalogInstanceType,
  clusterInstanceTypes,
  ec2InstanceType,
  instanceTypesDate,
  instanceTypesSources,
  isClusterInstanceType,
} from '../../src/catalog/instance-types.ts'
import { clusterUsageQuota, demandedQuotas, quotaLists, quotaNames, quotaReference } from '../../src/catalog/quotas.ts'
import type { Plan } from '../../src/model/plan.ts'
import { rules } from '../../src/rules/index.ts'
import { addressesPerNode } from '../../src/semantics/capacity/addresses.ts'
import { aGroup, aPlan, aQuota, aUsage, findingsOf, quotasOf, sizesOf } from '../builders.ts'

const day = /^20\d\d-[01]\d-[0-3]\d$/

describe('the list of instance types', () => {
  test('says when it was made, and from what', () => {
    expect(instanceTypesDate).toMatch(day)
    expect(instanceTypesSources.map((source) => source.package)).toEqual(['botocore', 'moto'])
    for (const { version, url } of instanceTypesSources) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/)
      expect(url).toMatch(/^https:\/\//)
    }
  })

  test('knows the types of the API model, each by a name of its own, and the size of nearly all', () => {
    expect(clusterInstanceTypes.length).toBeGreaterThan(200)
    expect(new Set(clusterInstanceTypes).size).toBe(clusterInstanceTypes.length)
    for (const name of clusterInstanceTypes) expect(name).toMatch(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/)
    expect(clusterInstanceTypes.filter((name) => catalogInstanceType(name) === null)).toEqual(['ml.p6e-gb200.36xlarge'])
  })

  test('P5 takes the addresses that AWS states: 32 with Slurm, 81 with EKS', () => {
    const p5 = catalogInstanceType('ml.p5.48xlarge')
    expect(p5).toEqual({
      name: 'ml.p5.48xlarge',
      vcpus: 192,
      efaSupported: true,
      networkCards: 32,
      ipv4AddressesPerInterface: 50,
      architectures: ['x86_64'],
      source: 'catalog',
    })
    expect(p5 !== null && addressesPerNode(p5, 'slurm')).toBe(32)
    expect(p5 !== null && addressesPerNode(p5, 'eks')).toBe(81)
  })

  test.each(['ml.p9.48xlarge', 'p5.48xlarge', 'constructor', ''])('does not know %p', (name) => {
    expect(isClusterInstanceType(name)).toBe(false)
    expect(catalogInstanceType(name)).toBeNull()
  })

  test('EC2 names a type without the prefix', () => expect(ec2InstanceType('ml.p6-b200.48xlarge')).toBe('p6-b200.48xlarge'))
})

describe('the lists of quota codes', () => {
  const quotas = quotaLists.flatMap((list) => list.quotas)

  test('every list says when and where it was read', () => {
    for (const { date, sources } of quotaLists) {
      expect(date).toMatch(day)
      expect(sources.length).toBeGreaterThan(0)
      for (const source of sources) expect(source).toMatch(/^https:\/\//)
    }
  })

  test('codes have the form of codes; no code and no name is there twice', () => {
    for (const { code } of quotas) expect(code).toMatch(/^L-[0-9A-F]{8}$/)
    expect(new Set(quotas.map(({ code }) => code)).size).toBe(quotas.length)
    expect(new Set(quotas.map(({ name }) => name)).size).toBe(quotas.length)
  })

  test('every fixed name has a code, and the right service', () => {
    const services = Object.entries(quotaNames).map(([key, name]) => [key, quotaReference(name).serviceCode])
    expect(Object.values(quotaNames).filter((name) => quotaReference(name).quotaCode === null)).toEqual([])
    expect(Object.fromEntries(services)).toMatchObject({ totalInstances: 'sagemaker', elasticIps: 'ec2', vpcs: 'vpc', gp3Storage: 'ebs' })
  })

  test.each([
    ['ml.p5.48xlarge', 'ml.p5.48xlarge for cluster usage', 'L-8762A75F'],
    ['ml.p4d.24xlarge', 'ml.p4d.24xlarge for cluster usage', 'L-47E0BC8F'],
    ['ml.trn1.32xlarge', 'ml.trn1.32xlarge for cluster usage', 'L-6865522E'],
    ['ml.r7i.12xlarge', 'cluster-ml-r7i-12xlarge for cluster usage', 'L-EB92BE12'],
    ['ml.p9.48xlarge', 'ml.p9.48xlarge for cluster usage', null],
  ])('%s: %s', (type, quotaName, quotaCode) => {
    expect(quotaReference(clusterUsageQuota(type))).toEqual({ serviceCode: 'sagemaker', quotaName, quotaCode })
  })
})

const quotaRules = rules.filter(({ id }) => id.startsWith('quota/'))

describe('the quotas that a plan demands', () => {
  const names = (changes: Partial<Plan>) => demandedQuotas(aPlan(changes)).map(({ quotaName }) => quotaName)
  const advisory = [quotaNames.vpcs, quotaNames.subnetsPerVpc, quotaNames.elasticIps]

  test('without groups only those that do not depend on size', () => expect(names({ instanceGroups: [] })).toEqual(advisory))

  test('each type once, and EC2 quotas only of the families in the plan', () => {
    const group = aGroup({ instanceTypes: ['ml.trn1.32xlarge'] })
    const demanded = names({ instanceGroups: [group, group, aGroup({ name: 'controller', instanceTypes: ['ml.m5.xlarge'] })] })
    expect(demanded.filter((name) => name.endsWith('for cluster usage'))).toEqual([
      'ml.trn1.32xlarge for cluster usage',
      'ml.m5.xlarge for cluster usage',
    ])
    expect(demanded).toContain(quotaNames.onDemandTrn)
    expect(demanded).not.toContain(quotaNames.onDemandP)
  })

  test('eleven requests do for a plan of two types; one less without a VPC, three more with a type as Spot', () => {
    const instanceGroups = [aGroup(), aGroup({ instanceTypes: ['ml.m5.xlarge'] })]
    expect(names({ instanceGroups })).toHaveLength(11)
    expect(names({ instanceGroups, vpcId: null, vpcConfig: null })).toHaveLength(10)
    expect(names({ instanceGroups: [...instanceGroups, aGroup({ capacity: 'spot' })] })).toHaveLength(14)
  })

  test('what is collected is what the rules read: none asks for another, and none is collected in vain', () => {
    const group = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      instanceTypes: fc.uniqueArray(fc.constantFrom('ml.p5.48xlarge', 'ml.trn1.32xlarge', 'ml.m5.xlarge', 'ml.r7i.12xlarge'), {
        minLength: 1,
      }),
      instanceCount: fc.nat(3),
      capacity: fc.constantFrom('on-demand' as const, 'spot' as const),
    })
    fc.assert(
      fc.property(fc.array(group, { maxLength: 4 }), fc.boolean(), (groups, inVpc) => {
        const plan = aPlan({ instanceGroups: groups.map(aGroup), ...(!inVpc && { vpcId: null, vpcConfig: null }) })
        const demanded = demandedQuotas(plan).map(({ quotaName }) => quotaName)
        const read = new Set<string>()
        const quotas = new Proxy(quotasOf(...demanded.map((name) => aQuota({ name, value: 1_000_000 }))), {
          get: (target, key) => {
            read.add(String(key))
            return Reflect.get(target, key)
          },
        })
        const given = {
          quotas: { ok: true as const, value: quotas },
          hyperPodUsage: aUsage(),
          quotaRequests: [],
          networkInterfaceCount: 0,
          instanceTypes: sizesOf(...groups.flatMap(({ instanceTypes }) => instanceTypes)),
          vpcResources: { vpcs: 1, subnetsInVpc: 2, elasticIps: 0 },
        }
        const findings = quotaRules.flatMap((rule) => findingsOf(rule, plan, given))
        expect(findings.filter(({ status }) => status === 'unknown' || status === 'fail')).toEqual([])
        expect([...read].sort()).toEqual([...demanded].sort())
      }),
    )
  })
})
