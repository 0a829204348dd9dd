import { z } from 'zod'
import { inputs, type ToolName } from '../tools.ts'

/** What a tool takes, as a service is told. Checked by us: a wrong input is then an answer to the model and not the end of the turn. */
export function toolSchema(name: ToolName): { readonly type: 'object'; readonly properties: Readonly<Record<string, unknown>>; readonly required: readonly string[]; readonly additionalProperties: boolean } {
  const { $schema: _, ...schema } = z.toJSONSchema(inputs[name], { io: 'input' })
  return Shape.parse(schema)
}

const Shape = z.looseObject({ type: z.literal('object'), properties: z.record(z.string(), z.unknown()), required: z.array(z.string()).default([]), additionalProperties: z.boolean().default(true) })
