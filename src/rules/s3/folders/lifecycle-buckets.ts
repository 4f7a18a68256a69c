import type { BucketPrefix, Plan } from '../../../model/plan.ts'

/** The first folder of each distinct bucket, in the order of the plan. */
export const plannedBuckets = ({ lifecycleSources }: Plan): readonly BucketPrefix[] =>
  lifecycleSources.filter(({ bucket }, index) => lifecycleSources.findIndex((source) => source.bucket === bucket) === index)

/** Why the rules about buckets do not apply to a plan without one. */
export const noLifecycleBucket =
  'The plan names no bucket of lifecycle scripts: give bucket, or LifeCycleConfig in the instance groups of the request.'
