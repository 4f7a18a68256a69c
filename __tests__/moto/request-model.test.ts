import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import * as v from 'valibot'
import { createClusterModel, createClusterRequest, shapeNamed, shapeNames } from '../../src/catalog/create-cluster.ts'
import { catalogInstanceType, clusterInstanceTypes, instanceTypesSources } from '../../src/catalog/instance-types.ts'
import type { InstanceType } from '../../src/model/facts/capacity.ts'

/** Python reads the API model of every version of a service before it answers. */
jest.setTimeout(60_000)

/** What a script of the catalogs prints from the packages of the moto environment. */
const printed = async <T>(script: string, schema: v.GenericSchema<unknown, T>): Promise<T> => {
  const python = process.env['MOTO_PYTHON'] ?? 'python3'
  const { stdout } = await promisify(execFile)(python, [join('scripts', script), '-'], { maxBuffer: 64 * 1024 * 1024 })
  return v.parse(schema, JSON.parse(stdout))
}

const shapeSchema = v.strictObject({
  type: v.string(),
  members: v.optional(v.record(v.string(), v.string()), {}),
  required: v.optional(v.array(v.string()), []),
  enum: v.optional(v.array(v.string()), []),
  union: v.optional(v.boolean(), false),
  member: v.optional(v.string()),
  key: v.optional(v.string()),
  value: v.optional(v.string()),
  min: v.optional(v.number()),
  max: v.optional(v.number()),
  pattern: v.optional(v.string()),
})

const modelSchema = v.object({
  source: v.object({ version: v.string() }),
  root: v.string(),
  shapes: v.record(v.string(), shapeSchema),
})

/** All that is said about a shape, one statement a line, so that two models differ by lines. */
const statements = (name: string, shape: v.InferOutput<typeof shapeSchema>): readonly string[] => [
  `${name} is a ${shape.type}`,
  ...Object.entries(shape.members).map(([member, of]) => `${name}.${member} is ${of}`),
  ...shape.required.map((member) => `${name}.${member} is required`),
  ...shape.enum.map((value) => `${name} may be ${JSON.stringify(value)}`),
  ...(shape.union ? [`${name} takes exactly one member`] : []),
  ...(['member', 'key', 'value', 'min', 'max', 'pattern'] as const).flatMap((trait) =>
    shape[trait] === undefined ? [] : [`${trait} of ${name} is ${shape[trait]}`],
  ),
]

const without = (some: readonly string[], others: readonly string[]): readonly string[] => {
  const known = new Set(others)
  return some.filter((one) => !known.has(one))
}

describe('the request as this project states it, and the API model of the botocore that is installed', () => {
  const stated = shapeNames.flatMap((name) => statements(name, v.parse(shapeSchema, shapeNamed(name))))
  let model: readonly string[] = []
  let version = ''
  let root = ''

  beforeAll(async () => {
    const read = await printed('request-model.py', modelSchema)
    model = Object.entries(read.shapes).flatMap(([name, shape]) => statements(name, shape))
    version = read.source.version
    root = read.root
  })

  test('both describe the same request, of some size', () => {
    expect(root).toBe(createClusterRequest)
    expect(model.length).toBeGreaterThan(500)
  })

  test("every field, bound, pattern and value that is stated is the model's own", () => {
    expect({ notInTheModel: without(stated, model), botocore: version }).toEqual({ notInTheModel: [], botocore: version })
  })

  test(`the model has nothing that is not stated; what is newer than ${createClusterModel.version}, scripts/request-model.py adds`, () => {
    expect({ toBeAdded: without(model, stated), botocore: version }).toEqual({ toBeAdded: [], botocore: version })
  })
})

const sizeSchema = v.strictObject({
  vcpus: v.number(),
  efaSupported: v.boolean(),
  networkCards: v.number(),
  ipv4AddressesPerInterface: v.number(),
  architectures: v.array(v.string()),
})

describe('instance types as this project states them, and the data of the moto that is installed', () => {
  const row = (name: string, size: Pick<InstanceType, keyof v.InferOutput<typeof sizeSchema>> | null): string =>
    size === null
      ? `${name}: size not known`
      : `${name}: ${size.vcpus} vCPUs, EFA ${size.efaSupported}, ${size.networkCards} cards, ${size.ipv4AddressesPerInterface} addresses an interface, for ${size.architectures?.join(', ')}`

  test('every name and every size is theirs', async () => {
    const { instanceTypes } = await printed('catalog.py', v.object({ instanceTypes: v.record(v.string(), v.nullable(sizeSchema)) }))
    const theirs = Object.entries(instanceTypes).map(([name, size]) => row(name, size))
    const stated = clusterInstanceTypes.map((name) => row(name, catalogInstanceType(name)))
    const sources = instanceTypesSources.map((source) => `${source.package} ${source.version}`)
    expect(theirs.length).toBeGreaterThan(200)
    expect({ wrong: without(stated, theirs), missing: without(theirs, stated), sources }).toEqual({ wrong: [], missing: [], sources })
  })
})
