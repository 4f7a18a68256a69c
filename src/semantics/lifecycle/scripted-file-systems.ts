import type { ScriptFolder } from '../../model/facts/scripts.ts'
import type { Location } from '../../model/plan.ts'
import type { FileSystemMention, StatedName } from '../plan/file-systems.ts'
import type { EntryPoint } from '../plan/lifecycle-folders.ts'
import { type ScriptCommand, workingWords } from '../scripts/script-calls.ts'
import { scriptReferences } from '../scripts/script-references.ts'
import { type Place, placeAt } from '../text/place.ts'

/** How the files of a folder are told of. */
export interface Telling {
  nameOf(path: string): string
  locationOf(path: string, place: Place): Location | null
}

/** File systems of one folder that are kept. */
const mostMentions = 50

/** A DNS name that FSx gives, with the mount name where the text has it: `fs-….fsx.us-west-2.amazonaws.com@tcp:/abcdefgh`. */
const dnsName = /\b(fs-[0-9a-f]{8,17})\.fsx\.[a-z\d-]+\.amazonaws\.com(?:\.cn)?(?:@tcp\d?:\/([a-z\d]+)(?![\w/]))?/g

/** A variable whose name says that it holds an id of FSx; ids of EFS look the same. */
const variable = /^(?:export )?\w*(?:FSX|LUSTRE|OPENZFS)\w*=["']?(fs-[0-9a-f]{8,17})["']?$/i

const speaks = /^(?:echo|printf|logger|log|grep|sed|awk|:|#|\[|\[\[|test)$/

/** FSx file systems that commands on the way of every node name, by a DNS name, by `mount -t lustre`, or by a variable that tells it. */
export const scriptedMentions = (
  folder: ScriptFolder,
  entryPoints: readonly EntryPoint[],
  { nameOf, locationOf }: Telling,
): readonly FileSystemMention[] => {
  const { visits, steps } = scriptReferences(folder, entryPoints)
  const certain = new Set(visits.flatMap((visit) => (visit.certain ? [visit.path] : [])))
  const instanceGroups = [...new Set(entryPoints.flatMap((entryPoint) => entryPoint.instanceGroups))]
  const mentions = [...certain].flatMap((path) => {
    const file = Object.hasOwn(folder.files, path) ? folder.files[path] : undefined
    const text = file?.kind === 'text' ? file.text : ''
    return (steps[path]?.commands ?? [])
      .filter(({ certainty }) => certainty === 'always')
      .flatMap((command) =>
        namedIn(command).map((found) => {
          const place = placeAt(text, command.offset)
          return mentionOf(found, { place: `${nameOf(path)}, line ${place.line},`, location: locationOf(path, place) }, instanceGroups)
        }),
      )
  })
  return mentions.slice(0, mostMentions)
}

const mentionOf = (
  { fileSystemId, dnsName: name, mountName }: Found,
  where: Pick<StatedName, 'place' | 'location'>,
  instanceGroups: readonly string[],
): FileSystemMention => ({
  by: 'script',
  type: 'unstated',
  fileSystemId,
  dnsName: name === null ? null : { field: 'the DNS name in the script', value: name, ...where },
  mountName: mountName === null ? null : { field: 'the mount name in the script', value: mountName, ...where },
  instanceGroups,
  unmounted: null,
  place: where.place,
  location: where.location,
})

interface Found {
  readonly fileSystemId: string
  readonly dnsName: string | null
  readonly mountName: string | null
}

const namedIn = ({ words }: ScriptCommand): readonly Found[] => {
  const [program = ''] = workingWords(words)
  if (speaks.test(program)) return []
  const isLustre = program === 'mount' && words.includes('lustre')
  return words.flatMap((word): readonly Found[] => {
    const names = [...word.slice(0, 2000).matchAll(dnsName)].map(({ 0: all, 1: fileSystemId = '', 2: mountName }) => ({
      fileSystemId,
      dnsName: all.replace(/@.*$/, ''),
      mountName: mountName ?? null,
    }))
    if (names.length > 0) return names
    const [, id] = variable.exec(word) ?? (isLustre ? (/^(fs-[0-9a-f]{8,17})(?=[@:./]|$)/.exec(word) ?? []) : [])
    return id === undefined ? [] : [{ fileSystemId: id, dnsName: null, mountName: null }]
  })
}
