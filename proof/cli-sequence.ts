import { spawn } from 'node:child_process'
import type { Asked } from './recorded-aws.ts'

/** `DescribeVpcs` as the AWS CLI spells it: `describe-vpcs`. */
const kebab = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()

/** Words for the AWS CLI that make the same call: `aws ec2 describe-vpcs --filters …`. */
export const cliWords = (asked: Asked): readonly string[] => {
  const [service = '', name = ''] = asked.operation.split(':')
  switch (service) {
    case 's3':
      return s3Words(name, asked)
    case 'route53': {
      const { searchParams } = new URL(asked.url, 'http://loopback')
      const [vpcId, vpcRegion] = [searchParams.get('vpcid') ?? '', searchParams.get('vpcregion') ?? '']
      return ['route53', kebab(name), '--vpc-id', vpcId, '--vpc-region', vpcRegion]
    }
    case 'eks': {
      const [, cluster = '', , addon] = pathOf(asked)
      const named = name === 'DescribeCluster' ? ['--name', cluster] : ['--cluster-name', cluster]
      return ['eks', kebab(name), ...named, ...(addon === undefined ? [] : ['--addon-name', addon])]
    }
    case 'ec2':
    case 'iam':
    case 'sts':
      // The one operation whose option is in the singular.
      return [
        service,
        kebab(name),
        ...formWords(new URLSearchParams(asked.body), name === 'DescribeNatGateways' ? '--filter' : '--filters'),
      ]
    default: {
      const { MaxResults: _size, Limit: _limit, ...input } = JSON.parse(asked.body) as Record<string, unknown>
      const operation = service === 'servicequotas' ? name.replace('AWS', 'Aws') : name
      return [service === 'servicequotas' ? 'service-quotas' : service, kebab(operation), '--cli-input-json', JSON.stringify(input)]
    }
  }
}

const pathOf = ({ url }: Asked): readonly string[] =>
  new URL(url, 'http://loopback').pathname.split('/').filter(Boolean).map(decodeURIComponent)

const s3Words = (name: string, asked: Asked): readonly string[] => {
  const [bucket = '', ...key] = pathOf(asked)
  const prefix = new URL(asked.url, 'http://loopback').searchParams.get('prefix')
  const operation = name === 'ListObjectsV2' ? 'list-objects-v2' : kebab(name)
  const object = name === 'GetObject' ? ['--key', key.join('/'), '/dev/null'] : []
  return ['s3api', operation, '--bucket', bucket, ...(prefix === null ? [] : ['--prefix', prefix]), ...object]
}

/** Lists of the query protocol, by the option that takes them. */
const lists: Readonly<Record<string, string>> = { ActionNames: '--action-names', ResourceArns: '--resource-arns' }

const formWords = (form: URLSearchParams, filterOption: string): readonly string[] => {
  const words: string[] = []
  const filters = new Map<string, { Name: string; Values: string[] }>()
  const contexts = new Map<string, { ContextKeyName: string; ContextKeyType: string; ContextKeyValues: string[] }>()
  const listed = new Map<string, string[]>()
  for (const [key, value] of form) {
    const [member = '', second = '', third = '', fourth] = key.split('.')
    if (['Action', 'Version', 'MaxResults', 'MaxItems', 'Marker', 'NextToken'].includes(member)) continue
    if (member === 'Filter') {
      const filter = filters.get(second) ?? { Name: '', Values: [] }
      filters.set(second, filter)
      if (third === 'Name') filter.Name = value
      else filter.Values.push(value)
    } else if (member === 'ContextEntries') {
      const context = contexts.get(third) ?? { ContextKeyName: '', ContextKeyType: '', ContextKeyValues: [] }
      contexts.set(third, context)
      if (fourth === 'ContextKeyName' || fourth === 'ContextKeyType') context[fourth] = value
      else context.ContextKeyValues.push(value)
    } else if (lists[member] !== undefined) listed.set(member, [...(listed.get(member) ?? []), value])
    else if (value === 'true' || value === 'false') words.push(value === 'true' ? `--${kebab(member)}` : `--no-${kebab(member)}`)
    else words.push(`--${kebab(member)}`, value)
  }
  for (const [member, values] of listed) words.push(lists[member] ?? '', ...values)
  if (filters.size > 0) words.push(filterOption, JSON.stringify([...filters.values()]))
  if (contexts.size > 0) words.push('--context-entries', JSON.stringify([...contexts.values()]))
  return words
}

/** Makes the calls with the AWS CLI, one after another, as a script would; gives the milliseconds, and what failed. */
export const cliSequence = async (
  commands: readonly (readonly string[])[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly durationMs: number; readonly failed: readonly string[] }> => {
  const failed: string[] = []
  const started = performance.now()
  for (const words of commands) {
    const child = spawn('aws', [...words, '--output', 'json'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        AWS_DEFAULT_REGION: 'us-west-2',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_PAGER: '',
        ...environment,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
    })
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
    // What AWS answers to a call that it understood is an answer too: the tool gets the same one.
    if (code !== 0 && !said.includes('An error occurred (')) failed.push(`aws ${words.slice(0, 4).join(' ')}: ${said.trim().slice(-200)}`)
  }
  return { durationMs: performance.now() - started, failed }
}
