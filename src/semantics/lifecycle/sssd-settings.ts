import { sssdPlaceholders } from '../../catalog/sssd-placeholders.ts'
import { placeholderOf } from '../scripts/placeholders.ts'
import { pythonAssignments } from '../scripts/python/settings.ts'

/** A setting of the directory service that nobody has filled in. */
export interface OpenSetting {
  readonly name: string
  readonly problem: 'example' | 'empty'
  /** Of the value in the text. */
  readonly offset: number
}

export type SssdSettings =
  | { readonly kind: 'off' }
  /** The switch is on, or is not a literal that can be read: `certain` tells which. */
  | { readonly kind: 'on'; readonly certain: boolean; readonly open: readonly OpenSetting[] }

/**
 * What config.py of AWS's base scripts says about SSSD. It is off where the file does not name the switch: the scripts then fail of
 * their own accord, on an attribute that is not there. Values themselves are never given out: one of them is a password.
 */
export const sssdSettings = (text: string): SssdSettings => {
  const assignments = pythonAssignments(text)
  const switches = assignments.filter(({ owner, name }) => owner === 'Config' && name === 'enable_sssd')
  const isNamed = assignments.some(({ name }) => name === 'enable_sssd')
  if (!isNamed || (switches.length > 0 && switches.every(({ value }) => value === false))) return { kind: 'off' }
  const certain = switches.length > 0 && switches.every(({ value }) => value === true)
  const open = assignments.flatMap(({ owner, name, value, offset }): readonly OpenSetting[] => {
    if (owner !== 'SssdConfig' || typeof value !== 'string' || !Object.hasOwn(sssdPlaceholders, name)) return []
    if (value.trim() === '') return [{ name, problem: 'empty', offset }]
    return isExample(name, value) ? [{ name, problem: 'example', offset }] : []
  })
  return { kind: 'on', certain, open }
}

/** The value that the file came with, a part of it that was left, or what is a placeholder anywhere. */
const isExample = (name: string, value: string): boolean =>
  value.toLowerCase() === sssdPlaceholders[name]?.toLowerCase() || /abc123|xyzxyz/i.test(value) || placeholderOf(value) !== null
