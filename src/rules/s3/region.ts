import type { Bucket } from '../../model/facts/s3.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { BucketPrefix, Plan } from '../../model/plan.ts'
import { entry } from '../../semantics/fact.ts'
import { folderUri } from '../../semantics/plan/s3-uri.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass, reported } from '../engine/outcome.ts'
import { noLifecycleBucket, plannedBuckets } from './folders/lifecycle-buckets.ts'

export const region = defineRule({
  id: 's3/region',
  title: 'Every bucket of lifecycle scripts is in the Region of the cluster',
  why: 'Nodes ask for their lifecycle scripts in the Region of the cluster. S3 answers for a bucket of another Region with a redirect (`PermanentRedirect`), and a gateway endpoint does not lead there: the scripts are not downloaded and the instance group fails.',
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
      given(entry(facts.buckets, planned.bucket), planned.bucket, (found) => judge(planned, found, plan), { location: planned.location }),
    ),
})

const judge = ({ bucket, location }: BucketPrefix, found: Bucket, plan: Plan): Outcome => {
  if (found.kind === 'absent') return reported(bucket, `${bucket} does not exist`, 's3/bucket', { location })
  const evidence = { region: found.region, needRegion: plan.region }
  if (found.region === plan.region) return pass(bucket, `${bucket} is in ${found.region}, as the cluster`, { location, evidence })
  return fail(bucket, `${bucket} is in ${found.region}, the cluster is in ${plan.region}`, copyTo(plan, bucket, found.region), {
    location,
    evidence,
  })
}

/** Bucket names are at most 63 characters long: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const longestName = 63

const copyTo = (plan: Plan, bucket: string, from: string): Fix => {
  const ending = `-${plan.region}`
  const copy = `${bucket.slice(0, longestName - ending.length)}${ending}`
  const folders = plan.lifecycleSources.filter((source) => source.bucket === bucket)
  return {
    text: `Copy the scripts to a bucket in ${plan.region} and name that one, or create the cluster in ${from}: a bucket cannot be moved.`,
    commands: [
      command('aws', 's3', 'mb', `s3://${copy}`, '--region', plan.region),
      ...folders.map(({ prefix }) =>
        command(
          'aws',
          's3',
          'sync',
          folderUri({ bucket, prefix }),
          folderUri({ bucket: copy, prefix }),
          '--source-region',
          from,
          '--region',
          plan.region,
        ),
      ),
    ],
  }
}
