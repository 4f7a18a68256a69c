import { NormalizedSchema } from '@smithy/core/schema'
import { getSmithyContext } from '@smithy/core/transport'
import type { Pluggable, SchemaRef } from '@smithy/types'
import { noteOperation, type Operation } from './gap.ts'
import { operationOf } from './meter.ts'

/**
 * Holds the answers of AWS against the SDK's own description of them. The SDK hands on whatever stands where a number, a text or a list
 * should be; a member whose value is none of its type throws here when it is read. So it is a gap of what is read from it, and of nothing
 * else. Null and a member that is missing are the same, as in AWS's protocols.
 */
export const typedAnswers = <I extends object, O extends object>(): Pluggable<I, O> => ({
  applyToStack: (stack) => {
    stack.add(
      (next, context) => async (args) => {
        const result = await next(args)
        const schema = outputSchema(getSmithyContext(context)['operationSchema'])
        if (schema !== null && isCollection(result.output)) checkMembers(schema, result.output, operationOf(context))
        return result
      },
      { step: 'initialize', name: 'typedAnswers' },
    )
  },
})

/** A static operation schema is an array whose last item is the schema of its output. */
const outputSchema = (operation: unknown): NormalizedSchema | null =>
  Array.isArray(operation) && operation.length >= 6 ? NormalizedSchema.of(operation[5] satisfies SchemaRef) : null

const isCollection = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Makes each member that is none of its type throw when it is read; what is not described is not ours to check. */
const checkMembers = (struct: NormalizedSchema, answer: object, operation: Operation): void => {
  for (const [name, member] of struct.structIterator()) {
    const value: unknown = Reflect.get(answer, name)
    if (value === undefined || value === null || isOfType(member, value, operation)) continue
    const message = `${name} of the answer is ${shown(value)}, which is not ${typeName(member)}`
    Object.defineProperty(answer, name, {
      enumerable: true,
      get: () => {
        const error = new Error(message)
        noteOperation(error, operation)
        throw error
      },
    })
  }
}

/** Whether a value is of its type, and so is each item of a list; members of structures answer for themselves. */
const isOfType = (schema: NormalizedSchema, value: unknown, operation: Operation): boolean => {
  const isItem = (item: unknown): boolean => isOfType(schema.getValueSchema(), item, operation)
  if (schema.isListSchema()) return Array.isArray(value) && value.every(isItem)
  if (schema.isMapSchema()) return isCollection(value) && Object.values(value).every(isItem)
  if (schema.isStructSchema()) {
    if (!isCollection(value) || Array.isArray(value)) return false
    checkMembers(schema, value, operation)
    return true
  }
  if (schema.isTimestampSchema()) return value instanceof Date && !Number.isNaN(value.getTime())
  if (schema.isNumericSchema()) return typeof value === 'number' && Number.isFinite(value)
  if (schema.isBooleanSchema()) return typeof value === 'boolean'
  return !schema.isStringSchema() || typeof value === 'string' || value instanceof String
}

const typeName = (schema: NormalizedSchema): string => {
  if (schema.isListSchema()) return 'a list of what belongs there'
  if (schema.isMapSchema() || schema.isStructSchema()) return 'an object'
  if (schema.isTimestampSchema()) return 'a time'
  if (schema.isNumericSchema()) return 'a number'
  return schema.isBooleanSchema() ? 'true or false' : 'text'
}

/** A value in few words: an answer can be of any size. */
const shown = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  return isCollection(value) && !(value instanceof Date) ? 'an object' : JSON.stringify(String(value).slice(0, 100))
}
