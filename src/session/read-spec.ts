import { z } from 'zod'
import type { ToolCeiling } from '../policy/tool-ceiling.ts'
import type { SessionSetup } from '../spec/ports/host-link.ts'

/**
 * What the engine reads of a pinned agent. It is read with care, not parsed whole: an agent that an older or newer version pinned
 * must still run.
 */
export function toolNamesOf(tools: unknown): string[] {
  return Array.isArray(tools) ? tools.filter((entry): entry is string => typeof entry === 'string') : ['read', 'edit', 'shell', 'web']
}

const McpGrant = z.object({ mcp: z.string() })

/** Undefined when the agent says nothing of tools. */
export function ceilingOf(tools: unknown): ToolCeiling | undefined {
  if (!Array.isArray(tools)) return undefined
  const servers = tools.flatMap((entry) => {
    const grant = McpGrant.safeParse(entry)
    return grant.success ? [grant.data.mcp] : []
  })
  return { capabilities: toolNamesOf(tools), servers }
}

const Skills = z.array(z.object({ name: z.string(), description: z.string(), path: z.string() }))

export function skillsOf(skills: unknown): SessionSetup['skills'] {
  return Skills.catch([]).parse(skills ?? [])
}

const Env = z.object({ pass: z.array(z.string()).catch([]), set: z.record(z.string(), z.string()).catch({}) })

export function envOf(env: unknown): SessionSetup['env'] {
  return Env.catch({ pass: [], set: {} }).parse(env ?? {})
}
