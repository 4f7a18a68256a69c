import { podIdentityAddonName } from '../../catalog/eks-addons.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip } from '../engine/outcome.ts'
import { givenEksCluster, namesEksCluster } from './cluster-given/given-eks-cluster.ts'

export const podIdentity = defineRule({
  id: 'eks/pod-identity',
  title: 'The EKS cluster has the Pod Identity agent',
  why: "HyperPod's add-ons for training, inference and observability get their credentials by EKS Pod Identity. The cluster comes up without its agent; what is installed later waits for it.",
  severity: 'notice',
  checklist: '8',
  checklistDiffers: 'The checklist does not mention add-ons of the EKS cluster.',
  sources: [
    'https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
  ],
  needs: ['eksCluster', 'eksAddons'],
  uses: [],
  applies: namesEksCluster,
  evaluate: ({ eksCluster, eksAddons }, plan) =>
    givenEksCluster(plan, eksCluster, ({ name, autoMode }, location) => {
      const evidence = { addons: eksAddons ?? [] }
      if (eksAddons?.includes(podIdentityAddonName) === true)
        return [pass(name, `${name} has the add-on ${podIdentityAddonName}`, { location, evidence })]
      if (autoMode === true) {
        const message = `${name} is in EKS Auto Mode, which brings Pod Identity; whether HyperPod works with it is documented nowhere`
        return [skip(name, message, { location })]
      }
      const fix = {
        text: `Install the add-on in ${name}, unless it runs there by other means or no add-on of HyperPod is wanted.`,
        commands: [
          command('aws', 'eks', 'create-addon', '--region', plan.region, '--cluster-name', name, '--addon-name', podIdentityAddonName),
        ],
      }
      return [fail(name, `${name} does not have the add-on ${podIdentityAddonName}`, fix, { location, evidence })]
    }),
})
