import { createHash } from 'node:crypto'
import type { RuleMeta } from '../../src/model/rule.ts'
import type { SarifContext, SarifRule } from '../../src/report/sarif.ts'

const known = (meta: RuleMeta): SarifRule => ({ meta, page: `# ${meta.id}\n\n${meta.title}.\n` })

/** A run in the job `preflight` at the root of a repository; two rules are known, one that blocks and one that never does. */
export const aSarifContext = (changes: Partial<SarifContext> = {}): SarifContext => ({
  rules: [
    known({
      id: 'network/subnet-capacity',
      title: 'Every subnet has an address for each node of its groups',
      why: 'Without one the cluster does not come up.',
      severity: 'error',
      checklist: '2',
      sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html'],
    }),
    known({
      id: 'network/zones',
      title: 'The subnets are in several zones',
      why: 'One zone may run out of capacity.',
      severity: 'notice',
      sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html'],
    }),
  ],
  job: 'preflight',
  planFile: 'infra/cluster.json',
  repositoryPath: (path) => path,
  digest: (text) => createHash('sha256').update(text).digest('hex').slice(0, 32),
  limits: { results: 25_000, bytes: 10_000_000 },
  ...changes,
})
