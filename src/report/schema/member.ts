import * as v from 'valibot'

/** A value that nobody changes, to the last member. */
export type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T

/** What each of the reports is called where they are about more than one target; null where nothing tells it from the others. */
export type Labels = readonly (string | null)[]

/** Makes one value of the values that many reports have, in the order of the reports; `labels` has one for each of them. */
export type Merge<T> = (values: readonly [T, ...T[]], labels: Labels) => T

/** Something that knows how its values become one. */
export interface Merging<T> {
  readonly merge: Merge<T>
}

/** A schema with its words for those who read the published one. */
export const described = <const S extends v.GenericSchema>(schema: S, text: string) => v.pipe(schema, v.description(text))

/** A member of the report: its schema, and how the values of many reports become one. */
export const member = <const S extends v.GenericSchema>(schema: S, merge: Merge<Frozen<v.InferOutput<S>>>) => ({ ...schema, merge })

/** A member that reports of earlier versions do not have: `absent` is what they would say. */
export const addition = <const S extends v.GenericSchema>(
  schema: S,
  absent: Frozen<v.InferOutput<S>>,
  merge: Merge<Frozen<v.InferOutput<S>>>,
) => ({ ...member(schema, merge), absent })

/**
 * Schemas for the members of a type of the model, no more and no fewer: what findings and snapshots are made of is the model's to say,
 * and the report shows all of it.
 */
export type SchemasOf<T> = { readonly [K in keyof T]-?: v.GenericSchema<unknown, T[K]> }
