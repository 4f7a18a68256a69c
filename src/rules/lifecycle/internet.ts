import type { Fact } from '../../model/fact.ts'
import type { RouteTable, Subnet } from '../../model/facts/network.ts'
import type { Evidence, Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import type { Readable } from '../../model/rule.ts'
import { readItem } from '../../semantics/fact.ts'
import { type InternetAccess, internetAccess, mayLeadOut, workingNatGateway } from '../../semantics/network/internet-access.ts'
import { routeTableOf } from '../../semantics/network/routes.ts'
import { prefixListOf } from '../../semantics/network/security-graph.ts'
import { whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { placementOf, plannedSubnetIds } from '../../semantics/plan/placement.ts'
import { type InternetCommand, internetCommands } from '../../semantics/scripts/internet-commands.ts'
import { scriptReferences } from '../../semantics/scripts/script-references.ts'
import { enumerate } from '../../semantics/text/enumerate.ts'
import { type Place, placeAt } from '../../semantics/text/place.ts'
import { unseenOnward } from '../../semantics/ways/internet-path.ts'
import { routingFacts, routingOf } from '../../semantics/ways/network.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, skip, unknown } from '../engine/outcome.ts'
import { eachScriptFolder, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'
import { vouchFix } from '../shared/ways.ts'
import { doubtOutcome, unreadOutcome, unreadScripts } from './unread/unread-scripts.ts'

export const internet = defineRule({
  id: 'lifecycle/internet',
  title: 'Scripts that fetch from the internet run in subnets that lead there',
  why: 'AWS\'s base scripts install packages with apt and pip and fetch from GitHub and Docker. VPC endpoints lead to AWS\'s services only: without a NAT gateway such a command hangs until it times out, and the node fails with "Lifecycle scripts execution timed out" or is set up by half.',
  severity: 'warning',
  checklist: '3',
  checklistDiffers:
    "The checklist takes VPC endpoints for a full substitute of a NAT gateway. They are none for package managers, git, curl and docker in lifecycle scripts. Judged are commands on the way from an entry point whose other side the text tells; AWS's endpoints and the instance metadata service do not count, nor do `yum` and `dnf` where an endpoint in the route table leads to S3, which holds the repositories of Amazon Linux. A proxy or a mirror on the node is not seen: hence a warning.",
  sources: [
    'https://github.com/awslabs/awsome-distributed-ai/tree/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config',
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts', 'subnets', ...routingFacts],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) => eachScriptFolder(facts, plan, (judged) => [judge(judged, facts, plan)]),
})

type Known = Readable<never, 'subnets' | (typeof routingFacts)[number]>

/** A command, with the script that it stands in. */
interface Fetch extends InternetCommand {
  readonly path: string
  readonly place: Place
}

/** Commands of one script that are counted. */
const maxFetches = 200

const judge = (judged: JudgedFolder, facts: Known, plan: Plan): Outcome => {
  const { folder } = judged
  const details = { location: folder.origin === 'bucket' ? judged.locationOf('', startOfFile) : null }
  const { reached, doubtful, fetches } = fetchesOf(judged)
  if (reached.length === 0) return reported(folder.name, `no entry point is in ${folder.name}`, 'lifecycle/entry-point', details)
  const [first] = fetches
  const unread = unreadScripts(folder, reached)
  if (first === undefined && unread.length > 0)
    return unreadOutcome(folder, unread, 'whether they fetch from the internet', details.location)
  if (first === undefined && doubtful.length > 0)
    return doubtOutcome(folder, doubtful, 'whether they fetch from the internet', details.location)
  if (first === undefined) return pass(folder.name, `no script of ${folder.name} that is run fetches from the internet`, details)
  const subnetIds = subnetsOf(judged, plan)
  if (subnetIds.length === 0) return skip(folder.name, 'the plan names no subnet for the groups that run the scripts', details)
  const found = accesses(subnetIds, facts, plan)
  if (!found.ok) return unknown(folder.name, found.gap, details)
  const fetching = fetchText(judged, fetches)
  const location = judged.locationOf(first.path, first.place)
  const closed = found.value.find((each) => each.access.kind === 'closed' && isNeeded(each, fetches))
  if (closed !== undefined) return cutOff(judged, { closed, all: found.value, fetches: neededIn(closed, fetches) }, facts, plan)
  const unseen = found.value.find(({ access }) => access.kind === 'forwarded')
  if (unseen?.access.kind === 'forwarded' && isNeeded(unseen, fetches)) {
    const gap = unseenOnward(unseen.access.text)
    const fix = vouchFix([unseen.access.route.target.id])
    return unknown(folder.name, { ...gap, message: `${fetching}; ${gap.message}` }, { location, fix })
  }
  const open = found.value.find((each) => each.access.kind === 'undecided' && isNeeded(each, fetches))
  if (open?.access.kind === 'undecided') {
    return unknown(
      folder.name,
      { ...open.access.gap, message: `${fetching}; ${open.access.text}; ${open.access.gap.message}` },
      { location },
    )
  }
  const unsettled = found.value.find(
    (each) => !mayLeadOut(each.access) && !each.leadsToS3.ok && fetches.some(({ servedByS3 }) => servedByS3),
  )
  if (unsettled?.leadsToS3.ok === false) {
    const { routeTableId } = unsettled.table
    const message = `${fetching}; whether the endpoint in ${routeTableId} leads to S3 is not known: ${unsettled.leadsToS3.gap.message}`
    return unknown(folder.name, { ...unsettled.leadsToS3.gap, message }, { location })
  }
  if (found.value.length === 0)
    return reported(folder.name, 'no subnet of the groups that run the scripts exists', 'network/subnets', details)
  const ways = found.value.map((each) => (isNeeded(each, fetches) ? each.access.text : throughS3(each.table)))
  return pass(folder.name, `${fetching}, the subnets lead there: ${[...new Set(ways)].join('; ')}`, details)
}

/** What surely needs the internet from there: repositories of Amazon Linux are reached by way of S3 as well. */
const neededIn = ({ leadsToS3 }: SubnetAccess, fetches: readonly Fetch[]): readonly Fetch[] =>
  leadsToS3.ok && !leadsToS3.value ? fetches : fetches.filter(({ servedByS3 }) => !servedByS3)

const isNeeded = (subnet: SubnetAccess, fetches: readonly Fetch[]): boolean => neededIn(subnet, fetches).length > 0

const throughS3 = ({ routeTableId }: RouteTable): string => `${routeTableId} leads to S3, which holds the repositories of Amazon Linux`

interface CutOff {
  readonly closed: SubnetAccess
  readonly all: readonly SubnetAccess[]
  readonly fetches: readonly Fetch[]
}

const cutOff = (judged: JudgedFolder, { closed, all, fetches }: CutOff, facts: Known, plan: Plan): Outcome => {
  const subnets = all.filter((each) => each.access.kind === 'closed' && isNeeded(each, fetches)).map(({ subnet }) => subnet.subnetId)
  const [first] = fetches
  return fail(
    judged.folder.name,
    `${fetchText(judged, fetches)}, ${subnets.join(', ')} ${subnets.length === 1 ? 'has' : 'have'} no way there: ${closed.access.text}`,
    fixOf(closed, facts, plan),
    {
      evidence: evidenceOf(judged, fetches, subnets),
      location: first === undefined ? null : judged.locationOf(first.path, first.place),
    },
  )
}

interface Fetching {
  readonly reached: readonly string[]
  readonly doubtful: readonly string[]
  readonly fetches: readonly Fetch[]
}

const fetchesOf = ({ folder, entryPoints }: JudgedFolder): Fetching => {
  const { reached, doubtful, steps } = scriptReferences(folder, entryPoints)
  const fetches = reached.flatMap((path) => {
    const file = folder.files[path]
    return internetCommands(steps[path]?.commands ?? [])
      .slice(0, maxFetches)
      .map((found) => ({
        ...found,
        path,
        place: file?.kind === 'text' ? placeAt(file.text, found.offset) : startOfFile,
      }))
  })
  return { reached, doubtful, fetches }
}

const fetchText = (judged: JudgedFolder, fetches: readonly Fetch[]): string => {
  const named = fetches.map(({ text, path, place }) => `${text} (${judged.nameOf(path)} line ${place.line})`)
  return `${enumerate(named, 3, 'command')} ${fetches.length === 1 ? 'needs' : 'need'} the internet`
}

const evidenceOf = (judged: JudgedFolder, fetches: readonly Fetch[], subnets: readonly string[]): Evidence => ({
  commands: fetches.slice(0, 20).map(({ text, path, place }) => `${judged.nameOf(path)}:${place.line} ${text}`),
  subnetsWithoutInternet: subnets,
})

/** Subnets of the groups that run the folder's scripts; all of the plan where it names no group for them. */
const subnetsOf = ({ entryPoints }: JudgedFolder, plan: Plan): readonly string[] => {
  const running = new Set(entryPoints.flatMap(({ instanceGroups }) => instanceGroups))
  if (running.size === 0) return plannedSubnetIds(plan)
  const groups = plan.instanceGroups.filter(({ name }) => running.has(name))
  return [...new Set(groups.flatMap((group) => placementOf(group, plan)?.subnetIds ?? []))]
}

interface SubnetAccess {
  readonly subnet: Subnet
  readonly access: InternetAccess
  readonly table: RouteTable
  /** Whether the table has a route to a gateway endpoint of S3. */
  readonly leadsToS3: Fact<boolean>
}

const accesses = (subnetIds: readonly string[], facts: Known, plan: Plan): Fact<readonly SubnetAccess[]> => {
  const { subnets, routeTables } = facts
  if (!subnets.ok) return subnets
  if (!routeTables.ok) return routeTables
  const routing = routingOf({ plan, facts })
  if (!routing.ok) return routing
  const found: SubnetAccess[] = []
  for (const id of subnetIds) {
    const read = readItem(subnets.value, id)
    if (!read.ok) return read
    const subnet = read.value
    if (subnet === null) continue
    const table = routeTableOf(subnet, routeTables.value)
    if (!table.ok) return table
    found.push({
      subnet,
      access: internetAccess(table.value, routing.value, subnet),
      table: table.value,
      leadsToS3: leadsToS3(table.value, facts),
    })
  }
  return { ok: true, value: found }
}

/** The name of the prefix list tells the service that a gateway endpoint leads to: there are some for DynamoDB and S3 Express too. */
const leadsToS3 = ({ routes }: RouteTable, { prefixLists }: Known): Fact<boolean> => {
  const lists = routes
    .filter(({ destination, target, state }) => destination.startsWith('pl-') && target.kind === 'vpc-endpoint' && state === 'active')
    .map(({ destination }) => prefixListOf(destination, prefixLists))
  if (lists.some((list) => list.ok && list.value.name.endsWith('.s3'))) return { ok: true, value: true }
  return lists.find((list) => !list.ok) ?? { ok: true, value: false }
}

/** A route is only proposed where no other traffic depends on the one that is there. */
const fixOf = ({ subnet: { subnetId, vpcId }, access, table }: SubnetAccess, facts: Known, plan: Plan): Fix => {
  const instead = 'Or take what the scripts install into a custom AMI or the bucket, and out of the scripts.'
  const { routeTableId, routes } = table
  const { region } = plan
  const routing = routingOf({ plan, facts })
  const natGateway = routing.ok ? workingNatGateway(routing.value) : null
  const isTaken = access.kind === 'closed' && access.fault.kind === 'no-exit'
  if (natGateway === null || isTaken) {
    return {
      text: `Run the scripts in a subnet whose default route leads to a public NAT gateway that works. ${instead}`,
      commands: [command('aws', 'ec2', 'describe-nat-gateways', '--region', region, '--filter', `Name=vpc-id,Values=${vpcId}`)],
    }
  }
  const operation = routes.some(({ destination }) => destination === '0.0.0.0/0') ? 'replace-route' : 'create-route'
  const route = ['--route-table-id', routeTableId, '--destination-cidr-block', '0.0.0.0/0', '--nat-gateway-id', natGateway.natGatewayId]
  return {
    text: `Lead the default route of ${routeTableId}, the route table of ${subnetId}, to NAT gateway ${natGateway.natGatewayId}. ${instead}`,
    commands: [command('aws', 'ec2', operation, '--region', region, ...route)],
  }
}
