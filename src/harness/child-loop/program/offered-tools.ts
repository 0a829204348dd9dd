import { z } from 'zod'
import type { ToProgram } from '../protocol.ts'
import { descriptions, inputs, type ToolName } from '../tools.ts'

/** A tool as a model service is told of it. */
export interface OfferedTool {
  readonly name: string
  readonly description: string
  readonly schema: ToolSchema
}

type Start = Extract<ToProgram, { type: 'start' }>

export function offeredTools({ tools, served }: Pick<Start, 'tools' | 'served'>): readonly OfferedTool[] {
  const own = tools.map((name) => ({ name, description: descriptions[name], schema: ToolSchema.parse(z.toJSONSchema(inputs[name], { io: 'input' })) }))
  return [...own, ...served.map(({ name, description, inputSchema }) => ({ name, description, schema: ToolSchema.parse(inputSchema) }))]
}

export const isOwnTool = (name: string): name is ToolName => Object.hasOwn(inputs, name)

/**
 * What a tool takes, JSON Schema. Checked by us or by its server, not by the library: a wrong input is then an answer to the
 * model and not the end of the turn. A service wants the parts that a server may have left out.
 */
const ToolSchema = z.looseObject({
  $schema: z.unknown().transform(() => undefined).optional(),
  type: z.literal('object').catch('object'),
  properties: z.record(z.string(), z.unknown()).catch({}),
  required: z.array(z.string()).catch([]),
  additionalProperties: z.unknown().default(true),
})
type ToolSchema = z.infer<typeof ToolSchema>
