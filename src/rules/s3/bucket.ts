import type { Bucket } from '../../model/facts/s3.ts'
import type { Outcome } from '../../model/finding.ts'
import type { BucketPrefix } from '../../model/plan.ts'
import { entry } from '../../semantics/fact.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass } from '../engine/outcome.ts'
import { noLifecycleBucket, plannedBuckets } from './folders/lifecycle-buckets.ts'

export const bucket = defineRule({
  id: 's3/bucket',
  title: 'Every bucket of lifecycle scripts exists',
  why: 'Each node downloads its lifecycle scripts from the bucket while it is set up. Without the bucket the instance group fails with “Lifecycle scripts did not run successfully”, after 15 to 20 minutes.',
  severity: 'error',
  checklist: '5',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html',
  ],
  needs: ['buckets'],
  uses: [],
  applies: (plan) => plan.lifecycleSources.length > 0 || noLifecycleBucket,
  evaluate: (facts, plan) =>
    plannedBuckets(plan).flatMap((planned) =>
      given(entry(facts.buckets, planned.bucket), planned.bucket, (found) => judge(planned, found, plan.region), {
        location: planned.location,
      }),
    ),
})

const judge = ({ bucket: name, location }: BucketPrefix, found: Bucket, region: string): Outcome => {
  if (found.kind === 'found') return pass(name, `${name} exists in ${found.region}`, { location, evidence: { region: found.region } })
  return fail(
    name,
    `the bucket ${name} does not exist`,
    {
      text: `Create ${name} in ${region} and upload the lifecycle scripts, or correct the name.`,
      commands: [command('aws', 's3', 'mb', `s3://${name}`, '--region', region)],
    },
    { location },
  )
}
