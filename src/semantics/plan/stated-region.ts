import type { Plan } from '../../model/plan.ts'

/** What stands for the Region of a plan that nobody asks AWS about, and that names none. */
export const noRegion = 'unstated'

const inArn = /\barn:aws[a-z-]*:(?:ec2|eks|fsx|kms|sagemaker):([a-z]{2,6}(?:-[a-z]+)+-\d{1,2}):/
const inDnsName = /\bfs-[0-9a-f]{8,17}\.fsx\.([a-z]{2,6}(?:-[a-z]+)+-\d{1,2})\./

/** The Region that the first ARN or DNS name of the request has; {@link noRegion} where none does. */
export const statedRegion = ({ request }: Pick<Plan, 'request'>): string => {
  const text = request === null ? '' : JSON.stringify(request.value)
  return inArn.exec(text)?.[1] ?? inDnsName.exec(text)?.[1] ?? noRegion
}
