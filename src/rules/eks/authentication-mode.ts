import type { EksCluster } from '../../model/facts/eks.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Location } from '../../model/plan.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { givenEksCluster, namesEksCluster } from './cluster-given/given-eks-cluster.ts'

export const authenticationMode = defineRule({
  id: 'eks/authentication-mode',
  title: 'The EKS cluster authenticates by access entries: API or API_AND_CONFIG_MAP',
  why: 'HyperPod lets its nodes into the EKS cluster by an access entry, which a cluster in the mode `CONFIG_MAP` does not have. CreateCluster answers `EKS clusters with CONFIG_MAP authentication mode are not supported by HyperPod`. Clusters made by the API, an SDK or CloudFormation without saying otherwise are in that mode.',
  severity: 'error',
  checklist: '8',
  checklistDiffers: 'The checklist lists only tools for EKS and does not mention the authentication mode, which CreateCluster refuses by.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html',
  ],
  needs: ['eksCluster'],
  uses: [],
  applies: namesEksCluster,
  evaluate: ({ eksCluster }, plan) => givenEksCluster(plan, eksCluster, (cluster, location) => [judge(cluster, location, plan.region)]),
})

const judge = ({ name, authenticationMode: mode }: EksCluster, location: Location | null, region: string): Outcome => {
  const details = { location, ...(mode !== null && { evidence: { authenticationMode: mode } }) }
  switch (mode) {
    case 'API':
    case 'API_AND_CONFIG_MAP':
      return pass(name, `${name} has authentication mode ${mode}`, details)
    case 'CONFIG_MAP':
      return fail(
        name,
        `${name} has authentication mode CONFIG_MAP, HyperPod needs API or API_AND_CONFIG_MAP`,
        {
          text: `Change ${name} to API_AND_CONFIG_MAP: entries of the aws-auth ConfigMap stay in force. There is no way back to CONFIG_MAP alone.`,
          commands: [
            command(
              ...['aws', 'eks', 'update-cluster-config', '--region', region, '--name', name],
              ...['--access-config', 'authenticationMode=API_AND_CONFIG_MAP'],
            ),
          ],
        },
        details,
      )
    default: {
      const answer =
        mode === null ? 'no accessConfig.authenticationMode' : `the authentication mode ${mode}, which this version does not know`
      const message = `eks:DescribeCluster answered ${answer} for ${name}`
      return unknown(name, { reason: 'unexpected', action: 'eks:DescribeCluster', message }, details)
    }
  }
}
