import type { Rule } from '../model/rule.ts'
import { identity } from './credentials/identity.ts'
import { authenticationMode } from './eks/authentication-mode.ts'
import { callerAccess } from './eks/caller-access.ts'
import { cluster as eksCluster } from './eks/cluster.ts'
import { endpointAccess } from './eks/endpoint-access.ts'
import { helmChart } from './eks/helm-chart.ts'
import { network as eksNetwork } from './eks/network.ts'
import { podIdentity } from './eks/pod-identity.ts'
import { podsPerNode } from './eks/pods-per-node.ts'
import { version as eksVersion } from './eks/version.ts'
import { vpcCni } from './eks/vpc-cni.ts'
import { caller } from './iam/caller.ts'
import { executionRoleExists } from './iam/execution-role-exists.ts'
import { executionRolePermissions } from './iam/execution-role-permissions.ts'
import { executionRoleTrust } from './iam/execution-role-trust.ts'
import { kms } from './iam/kms.ts'
import { nodeRole } from './iam/node-role.ts'
import { available as imageAvailable } from './image/available.ts'
import { drift } from './lifecycle/drift.ts'
import { entryPoint } from './lifecycle/entry-point.ts'
import { errorHandling } from './lifecycle/error-handling.ts'
import { executable } from './lifecycle/executable.ts'
import { exitStatus } from './lifecycle/exit-status.ts'
import { files } from './lifecycle/files.ts'
import { internet } from './lifecycle/internet.ts'
import { lineEndings } from './lifecycle/line-endings.ts'
import { movingImage } from './lifecycle/moving-image.ts'
import { placeholders } from './lifecycle/placeholders.ts'
import { provisioningConflict } from './lifecycle/provisioning-conflict.ts'
import { provisioningGroups } from './lifecycle/provisioning-groups.ts'
import { provisioningParameters } from './lifecycle/provisioning-parameters.ts'
import { readable } from './lifecycle/readable.ts'
import { references } from './lifecycle/references.ts'
import { shebang } from './lifecycle/shebang.ts'
import { syntax } from './lifecycle/syntax.ts'
import { unusedHook } from './lifecycle/unused-hook.ts'
import { acl } from './network/acl.ts'
import { dns } from './network/dns.ts'
import { egress } from './network/egress.ts'
import { endpointPolicy } from './network/endpoint-policy.ts'
import { endpointsUsable } from './network/endpoints-usable.ts'
import { s3EndpointPolicy } from './network/s3-endpoint-policy.ts'
import { s3Route } from './network/s3-route.ts'
import { subnetCapacity } from './network/subnet-capacity.ts'
import { subnets } from './network/subnets.ts'
import { subnetsPrivate } from './network/subnets-private.ts'
import { trainingPlan } from './network/training-plan.ts'
import { typeOffered } from './network/type-offered.ts'
import { vpc } from './network/vpc.ts'
import { zones } from './network/zones.ts'
import { clusterName } from './plan/cluster-name.ts'
import { dependentFields } from './plan/dependent-fields.ts'
import { duplicateNames } from './plan/duplicate-names.ts'
import { groupCount } from './plan/group-count.ts'
import { immutableFields } from './plan/immutable-fields.ts'
import { instanceType } from './plan/instance-type.ts'
import { lifecycleMode } from './plan/lifecycle-mode.ts'
import { orchestrator } from './plan/orchestrator.ts'
import { overriddenInputs } from './plan/overridden-inputs.ts'
import { requestShape } from './plan/request-shape.ts'
import { slurmGroups } from './plan/slurm-groups.ts'
import { storage } from './plan/storage.ts'
import { unknownField } from './plan/unknown-field.ts'
import { expiredWaiver } from './policy/expired-waiver.ts'
import { lapsingWaiver } from './policy/lapsing-waiver.ts'
import { unusedTrustedTarget } from './policy/unused-trusted-target.ts'
import { unusedWaiver } from './policy/unused-waiver.ts'
import { clusterUsage } from './quota/cluster-usage.ts'
import { ebsVolumeSize } from './quota/ebs-volume-size.ts'
import { ec2Vcpus } from './quota/ec2-vcpus.ts'
import { gp3Storage } from './quota/gp3-storage.ts'
import { instancesPerCluster } from './quota/instances-per-cluster.ts'
import { networkInterfaces } from './quota/network-interfaces.ts'
import { pendingRequest } from './quota/pending-request.ts'
import { spot } from './quota/spot.ts'
import { totalInstances } from './quota/total-instances.ts'
import { vpcResources } from './quota/vpc-resources.ts'
import { bucket } from './s3/bucket.ts'
import { encryption } from './s3/encryption.ts'
import { exposure } from './s3/exposure.ts'
import { region } from './s3/region.ts'
import { roleAccess } from './s3/role-access.ts'
import { betweenGroups } from './security-group/between-groups.ts'
import { egressOpen } from './security-group/egress-open.ts'
import { eksControlPlane } from './security-group/eks-control-plane.ts'
import { exists as securityGroupExists } from './security-group/exists.ts'
import { httpsFromVpc } from './security-group/https-from-vpc.ts'
import { lustre } from './security-group/lustre.ts'
import { selfEgress } from './security-group/self-egress.ts'
import { selfIngress } from './security-group/self-ingress.ts'
import { worldOpen } from './security-group/world-open.ts'
import { controller } from './slurm/controller.ts'
import { directoryService } from './slurm/directory-service.ts'
import { fileSystem } from './slurm/file-system.ts'
import { imageAge } from './slurm/image-age.ts'
import { awsCli } from './tools/aws-cli.ts'
import { eksctl } from './tools/eksctl.ts'
import { helm } from './tools/helm.ts'
import { hyperpodCli } from './tools/hyperpod-cli.ts'
import { kubectl } from './tools/kubectl.ts'
import { sessionManagerPlugin } from './tools/session-manager-plugin.ts'

/** Every rule, in the order in which reports list them: the request first, then the account from its limits to its scripts. */
export const rules: readonly Rule[] = [
  identity,
  requestShape,
  unknownField,
  overriddenInputs,
  orchestrator,
  duplicateNames,
  groupCount,
  instanceType,
  dependentFields,
  lifecycleMode,
  slurmGroups,
  storage,
  clusterName,
  immutableFields,
  clusterUsage,
  instancesPerCluster,
  totalInstances,
  spot,
  ebsVolumeSize,
  networkInterfaces,
  pendingRequest,
  ec2Vcpus,
  vpcResources,
  gp3Storage,
  executionRoleExists,
  executionRoleTrust,
  executionRolePermissions,
  nodeRole,
  caller,
  kms,
  vpc,
  dns,
  subnets,
  subnetsPrivate,
  subnetCapacity,
  imageAvailable,
  typeOffered,
  trainingPlan,
  zones,
  egress,
  s3Route,
  s3EndpointPolicy,
  endpointPolicy,
  endpointsUsable,
  acl,
  securityGroupExists,
  selfIngress,
  selfEgress,
  betweenGroups,
  egressOpen,
  httpsFromVpc,
  lustre,
  eksControlPlane,
  worldOpen,
  bucket,
  region,
  roleAccess,
  encryption,
  exposure,
  entryPoint,
  readable,
  provisioningParameters,
  provisioningGroups,
  provisioningConflict,
  shebang,
  lineEndings,
  syntax,
  errorHandling,
  exitStatus,
  executable,
  references,
  files,
  unusedHook,
  placeholders,
  drift,
  internet,
  movingImage,
  eksCluster,
  authenticationMode,
  eksVersion,
  eksNetwork,
  endpointAccess,
  vpcCni,
  podIdentity,
  callerAccess,
  helmChart,
  podsPerNode,
  controller,
  fileSystem,
  directoryService,
  imageAge,
  awsCli,
  hyperpodCli,
  kubectl,
  sessionManagerPlugin,
  eksctl,
  helm,
  expiredWaiver,
  lapsingWaiver,
  unusedWaiver,
  unusedTrustedTarget,
]
