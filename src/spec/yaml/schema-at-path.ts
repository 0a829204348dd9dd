import { z } from 'zod'
import type { Path } from './yaml-node.ts'

type Schema = z.core.$ZodType

/** Every schema that may stand at a path, unions and wrappers opened; empty when the path leads nowhere. */
export function schemasAt(schema: Schema, path: Path): Schema[] {
  let here = alternatives(schema)
  for (const step of path) here = here.flatMap((one) => stepInto(one, step)).flatMap(alternatives)
  return here
}

/** The keys a map may have at a path, whichever alternative it is. */
export function keysAt(schema: Schema, path: Path): string[] {
  return [...new Set(schemasAt(schema, path).flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])))]
}

/** Opens unions, optionals and the like down to schemas with a kind of their own. */
export function alternatives(schema: Schema): Schema[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives)
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodReadonly) return alternatives(schema.def.innerType)
  if (schema instanceof z.ZodLazy) return alternatives(schema.def.getter())
  return [schema]
}

function stepInto(schema: Schema, step: string | number): Schema[] {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, Schema>> = schema.shape
    const inner = Object.hasOwn(shape, step) ? shape[step] : undefined
    return inner === undefined ? [] : [inner]
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType]
  return schema instanceof z.ZodArray ? [schema.element] : []
}
