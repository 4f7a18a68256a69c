import type { InstanceType } from '../model/facts/capacity.ts'
import catalog from './instance-types.json' with { type: 'json' }

type Size = Omit<InstanceType, 'name' | 'source'>

const sizes: ReadonlyMap<string, Size | null> = new Map(Object.entries<Size | null>(catalog.instanceTypes))

/** Day (UTC) on which the list was made, and the packages that it was made from. */
export const instanceTypesDate: string = catalog.date
export const instanceTypesSources: readonly {
  readonly what: string
  readonly package: string
  readonly version: string
  readonly url: string
}[] = catalog.sources

/**
 * Every instance type that the API model knew on {@link instanceTypesDate}, with the `ml.` prefix: a floor, since AWS adds types
 * without notice. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html
 */
export const clusterInstanceTypes: readonly string[] = [...sizes.keys()]

/** Whether the API model knew this type (`ml.p5.48xlarge`) on {@link instanceTypesDate}. */
export const isClusterInstanceType = (name: string): boolean => sizes.has(name)

/** The size of a type as far as the list knows it; null for a type that it does not know, or knows by name only. */
export const catalogInstanceType = (name: string): InstanceType | null => {
  const size = sizes.get(name)
  return size === undefined || size === null ? null : { name, ...size, source: 'catalog' }
}

/** EC2's name of a SageMaker instance type: `p5.48xlarge` for `ml.p5.48xlarge`. */
export const ec2InstanceType = (name: string): string => name.replace(/^ml\./, '')
