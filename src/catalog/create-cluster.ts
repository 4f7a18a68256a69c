import * as v from 'valibot'
import document from './create-cluster.json' with { type: 'json' }

const bounds = { min: v.optional(v.number()), max: v.optional(v.number()) }
const shapeName = v.string()

const shapeSchema = v.variant('type', [
  v.strictObject({
    type: v.literal('structure'),
    /** Member name to the name of its shape. */
    members: v.record(v.string(), shapeName),
    required: v.optional(v.array(v.string()), []),
    /** Exactly one member is to be given. */
    union: v.optional(v.boolean(), false),
  }),
  v.strictObject({ type: v.literal('list'), member: shapeName, ...bounds }),
  v.strictObject({ type: v.literal('map'), key: shapeName, value: shapeName, ...bounds }),
  v.strictObject({
    type: v.literal('string'),
    /** A Java regular expression that the whole value has to match. */
    pattern: v.optional(v.string()),
    enum: v.optional(v.array(v.string())),
    ...bounds,
  }),
  v.strictObject({ type: v.picklist(['integer', 'long', 'float', 'double']), ...bounds }),
  v.strictObject({ type: v.picklist(['boolean', 'timestamp']) }),
])

const catalogSchema = v.object({
  date: v.pipe(v.string(), v.isoDate()),
  source: v.object({ package: v.string(), version: v.string(), url: v.pipe(v.string(), v.url()) }),
  root: shapeName,
  update: shapeName,
  shapes: v.record(shapeName, shapeSchema),
})

/**
 * A shape of the API model: what a value may be. Other shapes are referred to by name. `min` and `max` bound the value of a number, the
 * length of a string in characters, the number of items of a list and of entries of a map.
 */
export type Shape = v.InferOutput<typeof shapeSchema>

/** A shape of one type. */
export type ShapeOf<T extends Shape['type']> = Extract<Shape, { readonly type: T }>

const catalog = v.parse(catalogSchema, document)

/** The model that the list was taken from: the version of botocore, and the day (YYYY-MM-DD) on which it was. */
export const createClusterModel = { date: catalog.date, ...catalog.source } as const

/** Name of the shape of the whole request. */
export const createClusterRequest = catalog.root

/** Name of the shape of a request that changes a cluster. */
export const updateClusterRequest = catalog.update

/** Name of the shape whose values are instance types: a floor, not a limit (the service takes types that are newer than the list). */
export const clusterInstanceType = 'ClusterInstanceType'

/** A shape by its name. Throws where the model has none: the catalog is then damaged. */
export const shapeNamed = (name: string): Shape => {
  const shape = Object.hasOwn(catalog.shapes, name) ? catalog.shapes[name] : undefined
  if (shape === undefined) throw new Error(`the API model has no shape ${name}`)
  return shape
}

/** Names of every shape of the two requests. */
export const shapeNames: readonly string[] = Object.keys(catalog.shapes)

const instanceType = shapeNamed(clusterInstanceType)

/** Instance types that the API model names, with the `ml.` prefix. */
export const listedInstanceTypes: readonly string[] = instanceType.type === 'string' ? (instanceType.enum ?? []) : []
