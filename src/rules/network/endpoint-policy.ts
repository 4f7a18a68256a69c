import type { VpcEndpoint } from '../../model/facts/network.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { reasons } from '../../semantics/text/enumerate.ts'
import { wayFacts } from '../../semantics/ways/network.ts'
import { isLayer, readLayers, type Way, waysOf } from '../../semantics/ways/ways.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip } from '../engine/outcome.ts'
import { namesSubnet } from '../shared/each-subnet.ts'
import { demandsText, severityByNeed, withoutFacts } from '../shared/ways.ts'

export const endpointPolicy = defineRule({
  id: 'network/endpoint-policy',
  title: 'The policies of interface endpoints let through what nodes ask of the services behind them',
  why: 'An interface endpoint can have a policy of its own, and with private DNS it takes over the name of its service for the whole VPC. What the policy does not allow is refused with `AccessDenied`, whatever the execution role may do and whatever NAT gateway is beside it: images are not pulled, pods get no addresses, and EKS nodes never become ready.',
  severity: 'error',
  otherSeverities: ['warning'],
  sources: [
    'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html',
    'https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
  ],
  needs: [],
  uses: wayFacts,
  applies: namesSubnet,
  evaluate: (facts, plan) => {
    if (!facts.subnets.ok || !facts.vpcEndpoints.ok) return withoutFacts([facts.subnets, facts.vpcEndpoints])
    const ways = waysOf(plan, facts).filter(({ demand: { service } }) => service !== 's3')
    const endpoints = facts.vpcEndpoints.value.filter(({ vpcEndpointId }) => ways.some((way) => way.vpcEndpointId === vpcEndpointId))
    if (endpoints.length === 0) return [skip('plan', 'no interface endpoint takes what nodes ask of AWS')]
    return endpoints.map((endpoint) =>
      judge(
        endpoint,
        ways.filter((way) => way.vpcEndpointId === endpoint.vpcEndpointId),
        plan,
      ),
    )
  },
})

const judge = ({ vpcEndpointId: id, serviceName }: VpcEndpoint, ways: readonly Way[], { region }: Plan): Outcome => {
  const reading = readLayers(ways, isLayer('endpoint-policy'))
  const evidence = { serviceName }
  const describe = command('aws', 'ec2', 'describe-vpc-endpoints', '--region', region, '--vpc-endpoint-ids', id)
  const called = demandsText([...new Map(ways.map(({ demand }) => [demand.to, demand])).values()])
  if (reading.closed !== null) {
    const fix = {
      text: `Allow these actions in the policy of ${id} and take them out of its Deny statements, or give it the default policy, which allows everything, as the second command does.`,
      commands: [describe, command('aws', 'ec2', 'modify-vpc-endpoint', '--region', region, '--vpc-endpoint-id', id, '--reset-policy')],
    }
    return fail(id, `${reasons(reading.whys)}: nodes need ${called}`, fix, { severity: severityByNeed[reading.closed], evidence })
  }
  if (reading.undecided !== null && reading.gap !== null) {
    const message = `whether the policy of ${id} lets nodes use ${called} is not known: ${reading.gap.message}`
    const fix = { text: `Compare the policy of ${id} with what its nodes will ask.`, commands: [describe] }
    return {
      status: 'unknown',
      subject: id,
      message,
      gap: { ...reading.gap, message },
      fix,
      severity: severityByNeed[reading.undecided],
      evidence,
    }
  }
  return pass(id, `the policy of ${id} lets nodes use ${called}`, { evidence })
}
