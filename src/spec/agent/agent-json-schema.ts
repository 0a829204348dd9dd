import { z } from 'zod'
import { AgentFile } from './agent-file.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** `${param}` may stand for any single value, and inside any text; an editor must not call it wrong. */
const reference: z.core.JSONSchema.JSONSchema = { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}' }

/**
 * The JSON Schema (draft 7, which editors understand) of agent files, for completion and first checks. `omni agent check` says more.
 * @param harnessIds offered as completions; `prefix:*` becomes a pattern.
 */
export function agentJsonSchema(harnessIds: readonly string[]): JsonSchema {
  const schema = z.toJSONSchema(AgentFile, {
    target: 'draft-7',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === AgentFile) return
      if (isHarnessId(jsonSchema)) return replace(jsonSchema, harnessSchema(harnessIds))
      if (takesSingleValue(jsonSchema)) replace(jsonSchema, { anyOf: [{ ...jsonSchema }, reference] })
    },
  })
  return { title: 'Omnigent agent file', ...schema }
}

function isHarnessId({ type, pattern }: JsonSchema): boolean {
  return type === 'string' && pattern === harnessPattern
}

/** The pattern of `harnessId` as it is exported: how that schema is told from other texts, wherever it is used. */
const harnessPattern = String.raw`^[a-z][a-z0-9-]*(?::[a-z0-9][a-z0-9._-]*)?$`

function harnessSchema(ids: readonly string[]): JsonSchema {
  const exact = ids.filter((id) => !id.endsWith(':*'))
  const families = ids.filter((id) => id.endsWith(':*')).map((id): z.core.JSONSchema.JSONSchema => ({ type: 'string', pattern: `^${id.slice(0, -1)}[a-z0-9][a-z0-9._-]*$` }))
  return { anyOf: [{ type: 'string', enum: exact }, ...families, reference] }
}

/** Numbers, booleans and choices; free text takes references anyway, and text with a form may be made of them. */
function takesSingleValue({ type, enum: choices, pattern, anyOf }: JsonSchema): boolean {
  if (anyOf !== undefined) return false
  return type === 'number' || type === 'integer' || type === 'boolean' || choices !== undefined || (type === 'string' && pattern !== undefined)
}

function replace(target: JsonSchema, by: JsonSchema): void {
  for (const key of Object.keys(target)) delete target[key]
  Object.assign(target, by)
}
