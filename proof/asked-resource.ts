import { actionResources } from '../src/catalog/action-resources.ts'
import { iamActionOf } from '../src/facts/engine/meter.ts'
import type { Asked } from './recorded-aws.ts'

/** What IAM decides about a request: an action on the ARN of a resource, or on `*` where the action knows none. */
export interface AskedAction {
  readonly action: string
  readonly resource: string
}

const account = '123456789012'

/** The action and the resource of a request of the Region, read from the request itself. Throws where it cannot tell the resource. */
export const askedAction = (asked: Asked, region: string): AskedAction => {
  const action = iamActionOf(asked.operation)
  return { action, resource: actionResources[action] === undefined ? '*' : resourceOf(asked, region) }
}

const resourceOf = ({ operation, url, body }: Asked, region: string): string => {
  const [service = ''] = operation.split(':')
  const regional = (resource: string): string => `arn:aws:${service}:${region}:${account}:${resource}`
  const form = new URLSearchParams(body)
  const path = new URL(url, 'http://loopback').pathname.split('/').filter(Boolean).map(decodeURIComponent)
  switch (service) {
    case 's3':
      return `arn:aws:s3:::${path.join('/')}`
    case 'eks': {
      const [, cluster, collection, child] = path
      return collection === 'addons' && child !== undefined
        ? regional(`addon/${cluster}/${child}/0a1b2c3d`)
        : regional(`cluster/${cluster}`)
    }
    case 'ec2':
      if (form.has('TransitGatewayRouteTableId')) return regional(`transit-gateway-route-table/${form.get('TransitGatewayRouteTableId')}`)
      return regional(form.has('PrefixListId') ? `prefix-list/${form.get('PrefixListId')}` : `vpc/${form.get('VpcId')}`)
    case 'iam':
      return form.get('PolicyArn') ?? form.get('PolicySourceArn') ?? `arn:aws:iam::${account}:role/${form.get('RoleName')}`
    default:
      return ofJson(operation, JSON.parse(body) as Readonly<Record<string, string>>, regional)
  }
}

const ofJson = (operation: string, asked: Readonly<Record<string, string>>, regional: (resource: string) => string): string => {
  if (operation.startsWith('kms:')) return asked['KeyId'] ?? ''
  if (operation.startsWith('logs:')) return regional(`log-group:${asked['logGroupName']}`)
  if (/^sagemaker:\w+Cluster(?:Event|Events|Nodes)?$/.test(operation)) return regional(`cluster/${asked['ClusterName']}`)
  if (operation === 'sagemaker:DescribeTrainingPlan') return regional(`training-plan/${asked['TrainingPlanName']}`)
  throw new Error(`${operation}: which resource it asks about is not known here`)
}
