/**
 * Versions of the VPC CNI that do not work on HyperPod: those below the first are not supported; in the second range a fault gives the
 * node's own address to a pod.
 *
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html
 * https://github.com/aws/amazon-vpc-cni-k8s/issues/3753
 */
export const vpcCniVersions = { oldest: '1.18.3', faulty: { from: '1.22.0', to: '1.22.3', fixedIn: '1.22.4' } } as const

export const vpcCniAddonName = 'vpc-cni'

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html */
export const podIdentityAddonName = 'eks-pod-identity-agent'

/**
 * Pods that a node can hold where people saw HyperPod's DaemonSets and add-ons not fit on it. INFERENCE: AWS states no least number; this
 * is the largest that was reported not to do (ml.g5.xlarge, where a DaemonSet's pod found the node full).
 *
 * The DaemonSets alone are fewer: on a node with GPUs and EFA three of EKS (aws-node, kube-proxy, eks-pod-identity-agent) and three of
 * the HyperPod chart of June 2026 (health-monitoring-agent, the plugins of the devices and of EFA). CoreDNS, the chart's operators and
 * add-ons such as observability share what is left, so a node of 14 does where larger ones hold those: a template of AWS has
 * ml.m5.2xlarge beside ml.g5.8xlarge.
 * https://github.com/awslabs/ai-on-sagemaker-hyperpod/issues/142
 * https://github.com/aws/sagemaker-hyperpod-cli/blob/main/helm_chart/HyperPodHelmChart/values.yaml
 * https://github.com/awslabs/ai-on-sagemaker-hyperpod/blob/main/website/static/cfn/hyperpod-eks-full-stack.yaml
 */
export const podsThatAreTooFew = 14
