import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks'

/** A kubeconfig that leads to the API server of the EKS cluster, as `aws eks update-kubeconfig` writes one; gives its path. */
export const kubeconfigOf = async (eks: EKSClient, name: string): Promise<string> => {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }))
  const path = join(mkdtempSync(join(tmpdir(), 'preflight-kube-')), 'config')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: cluster?.endpoint } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [{ name, user: {} }],
    'current-context': name,
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}
