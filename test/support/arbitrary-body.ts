import fc from 'fast-check'
import { z } from 'zod'

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly additionalProperties?: Schema | boolean
}

/** Values near a schema: mostly of the right shape, with members missing, of wrong type, hostile or added. */
export function arbitraryBody(schema: z.ZodType): fc.Arbitrary<unknown> {
  // Proof: the generator reads only these members, each optional.
  return near(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema, 0)
}

const hostile = fc.constantFrom<unknown>(
  '', ' ', '\u0000', '\ud800', '../../etc/passwd', '/', '"; DROP TABLE events; --', '${jndi:x}', 'a'.repeat(5_000), null, true, -1, 0, 1e308, Number.MAX_SAFE_INTEGER + 1, [], {}, [[[[]]]], { __proto__: null, toString: 1 },
)
const wild = fc.oneof(hostile, fc.jsonValue({ maxDepth: 2 }))

function near(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 8, arbitrary: exact(schema, depth) }, { weight: 1, arbitrary: wild })
}

function exact(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const options = schema.anyOf ?? schema.oneOf
  if (depth > 4) return wild
  if (options !== undefined) return fc.oneof(...options.map((each) => near(each, depth + 1)))
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'string': return fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('id1', '/tmp', 'hello', 'scripted'), fc.string({ unit: 'binary', maxLength: 20 }))
    case 'integer': case 'number': return fc.oneof(fc.integer(), fc.double({ noNaN: true }))
    case 'boolean': return fc.boolean()
    case 'null': return fc.constant(null)
    case 'array': return fc.array(near(schema.items ?? {}, depth + 1), { maxLength: 4 })
    case 'object': return object(schema, depth)
    default: return wild
  }
}

function object(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, near(member, depth + 1)]))
  const known = fc.record(members, { requiredKeys: [] })
  const complete = fc.record(members)
  const extra = fc.dictionary(fc.string({ maxLength: 12 }), wild, { maxKeys: 2 })
  return fc.oneof({ weight: 6, arbitrary: complete }, { weight: 2, arbitrary: known }, { weight: 1, arbitrary: fc.tuple(complete, extra).map(([one, two]) => ({ ...two, ...one })) })
}
