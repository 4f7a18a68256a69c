import { readFileSync } from 'node:fs'
import { parseSnapshot } from '../../src/inputs/snapshot.ts'
import type { Checked } from '../../src/model/fault.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { isUnread } from '../../src/semantics/fact.ts'

const sample = new URL('../../examples/sample-account/snapshot.json', import.meta.url)

/** Reads the text of a snapshot as a run does that no input asks what if. */
export const readAs = (text: string): Checked<Snapshot> => parseSnapshot('snapshot.json', text)

/** The sample account as it was saved: a cluster that four faults keep from coming up. */
export const blockedSnapshot = (): Snapshot => {
  const read = readAs(readFileSync(sample, 'utf8'))
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  return read.value
}

/** The sample account with its faults mended: quotas and subnets large enough, the self rule, a script that Linux runs. */
export const readySnapshot = (): Snapshot => {
  const { facts, ...snapshot } = blockedSnapshot()
  const { quotas, subnets, securityGroups, bucketScripts, vpcResources: _, ...others } = facts
  if (!quotas?.ok || !subnets?.ok || !securityGroups?.ok || !bucketScripts?.ok) throw new Error('the sample account lacks a fact')
  const instanceGroups = snapshot.plan.instanceGroups.map((group) => ({ ...group, imageId: null }))
  return {
    ...snapshot,
    plan: { ...snapshot.plan, instanceGroups },
    facts: {
      // Nothing to know: no group of the sample names an image of its own, whatever version took it.
      machineImages: known({}),
      ...others,
      quotas: known(
        mapped(quotas.value, (quota) => (quota.ok && quota.value !== null ? known({ ...quota.value, value: 100_000 }) : quota)),
      ),
      subnets: known(
        mapped(subnets.value, (subnet) => (isUnread(subnet) ? subnet : subnet && { ...subnet, availableIpAddressCount: 4091 })),
      ),
      securityGroups: known(
        mapped(securityGroups.value, (group) =>
          isUnread(group) ? group : group && { ...group, egress: group.ingress.concat(group.egress) },
        ),
      ),
      bucketScripts: known(
        mapped(bucketScripts.value, (folder) =>
          folder.ok && folder.value !== null
            ? known({
                ...folder.value,
                files: mapped(folder.value.files, (file) =>
                  file.kind === 'text' ? { ...file, text: file.text.replaceAll('\r', '') } : file,
                ),
              })
            : folder,
        ),
      ),
    },
  }
}

const known = <T>(value: T) => ({ ok: true, value }) as const

const mapped = <T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
