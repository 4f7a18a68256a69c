import type { Evidence } from '../../model/finding.ts'
import { momentWords } from './time.ts'

/** A name of evidence and its value as people say them. Not escaped. */
export interface Measure {
  readonly label: string
  readonly value: string
}

/** Names that say too little by themselves. */
const labels: ReadonlyMap<string, string> = new Map(
  Object.entries({
    need: 'Needed',
    free: 'Free addresses',
    shortfall: 'Short by',
    wayOut: 'Way without an endpoint',
    mapPublicIpOnLaunch: 'Public addresses on launch',
    enableDnsSupport: 'DNS support',
    enableDnsHostnames: 'DNS hostnames',
    endpointPublicAccess: 'Public endpoint',
    endpointPrivateAccess: 'Private endpoint',
    smallestPrefix: 'Smallest block that fits',
    called: 'Files called',
    efa: 'Uses EFA',
  }),
)

/** Ends of names that are the unit of the value. */
const units: ReadonlyMap<string, string> = new Map(Object.entries({ Gb: 'GB', Tib: 'TiB', Vcpus: 'vCPUs', Bytes: 'bytes' }))

/** Words that are not written as other words are. */
const abbreviations: ReadonlyMap<string, string> = new Map(
  [
    'ACL',
    'ARN',
    'ARNs',
    'AWS',
    'AZ',
    'CIDR',
    'DNS',
    'EBS',
    'EC2',
    'EFA',
    'EKS',
    'FSx',
    'IAM',
    'ID',
    'IDs',
    'IP',
    'KMS',
    'NAT',
    'S3',
    'VPC',
  ].map((word) => [word.toLowerCase(), word]),
)

/** Evidence as a label in words, and a value with its unit: `needGb: 500` as `Needed` and `500 GB`. */
export const measureOf = (name: string, value: Evidence[string]): Measure => {
  const { stem, unit } = parted(name)
  return { label: labels.get(stem) ?? inWords(stem), value: `${valueWords(value)}${unit === null ? '' : ` ${unit}`}` }
}

const parted = (name: string): { readonly stem: string; readonly unit: string | null } => {
  const [, stem = '', end = ''] = /^([a-z][a-zA-Z0-9]*?)([A-Z][a-z]+)$/.exec(name) ?? []
  const unit = units.get(end)
  return unit === undefined ? { stem: name, unit: null } : { stem, unit }
}

/** Only names that this program gives are taken apart: a report from elsewhere may have any. */
const inWords = (name: string): string => {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) return name
  const words = name.split(/(?=[A-Z])/).map((word) => word.toLowerCase())
  const text = words.map((word) => abbreviations.get(word) ?? word).join(' ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

const valueWords = (value: Evidence[string]): string => {
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.map(momentWords).join(', ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'number' ? numbers.format(value) : momentWords(value)
}

/** `3072` as `3,072`. Made once: to make one takes longer than to use it. */
const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 })
