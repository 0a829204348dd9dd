import { z } from 'zod'
import type { ToolCeiling } from '../policy/tool-ceiling.ts'
import { AgentSpec } from '../spec/agent/agent-spec.ts'
import { readLimits } from '../spec/agent/read-limits.ts'
import { SandboxSection } from '../spec/agent/sandbox-section.ts'
import { defaultProfile, profileNames, type ProfileName } from '../spec/agent/words.ts'
import type { PinnedAgent } from '../spec/events/session-data.ts'
import { omniServer, omniToolsOf } from '../spec/tools/omni-tools.ts'
import type { SessionSetup } from '../spec/ports/host-link.ts'

/**
 * What the engine reads of a pinned agent. It is read with care, not parsed whole: an agent that an older or newer version pinned
 * must still run.
 */
export function toolNamesOf(tools: unknown): string[] {
  return Array.isArray(tools) ? tools.filter((entry): entry is string => typeof entry === 'string') : ['read', 'edit', 'shell', 'web']
}

/** The whole agent as its log pins it; undefined where another version wrote it. */
export const specOf = ({ spec }: PinnedAgent): AgentSpec | undefined => AgentSpec.safeParse(spec).data

const McpGrant = z.object({ mcp: z.string() })

/** Undefined when the agent says nothing of tools. */
export function ceilingOf(tools: unknown): ToolCeiling | undefined {
  if (!Array.isArray(tools)) return undefined
  const servers = tools.flatMap((entry) => {
    const grant = McpGrant.safeParse(entry)
    return grant.success ? [grant.data.mcp] : []
  })
  const capabilities = toolNamesOf(tools)
  return { capabilities, servers: omniToolsOf(capabilities).length === 0 ? servers : [...servers, omniServer] }
}

const Skills = z.array(z.object({ name: z.string(), description: z.string(), path: z.string() }))

export function skillsOf(skills: unknown): SessionSetup['skills'] {
  return Skills.catch([]).parse(skills ?? [])
}

const Env = z.object({ pass: z.array(z.string()).catch([]), set: z.record(z.string(), z.string()).catch({}) })

/** @param sandbox may let in host variables as well */
export function envOf(env: unknown, sandbox?: unknown): SessionSetup['env'] {
  const { pass, set } = Env.catch({ pass: [], set: {} }).parse(env ?? {})
  const { env: more } = z.object({ env: z.array(z.string()).default([]) }).catch({ env: [] }).parse(sandbox ?? {})
  return { pass: [...new Set([...pass, ...more])], set }
}

const Sandbox = z.object({ profile: z.enum(profileNames).default(defaultProfile), read: z.array(z.string()).optional(), write: z.array(z.string()).optional(), hide: z.array(z.string()).optional(), limits: SandboxSection.shape.limits })

/** What keeps the agent's programs in. @param chosen the profile that the session was made with */
export function sandboxOf(chosen: ProfileName | undefined, sandbox: unknown): SessionSetup['sandbox'] {
  // One that can not be read keeps in the most.
  const { profile: agents, limits, ...paths } = Sandbox.catch({ profile: 'read-only' }).parse(sandbox ?? {})
  return { ...paths, ...(limits === undefined ? {} : { limits: readLimits(limits) }), profile: chosen ?? agents }
}

const Secrets = z.record(z.string(), z.object({ hosts: z.array(z.string()).optional() }))

/** Names of secrets that the agent asks for, and a person allowed. */
export function secretsOf(secrets: unknown): Pick<SessionSetup, 'secrets'> {
  const asked = Secrets.catch({}).parse(secrets ?? {})
  return Object.keys(asked).length === 0 ? {} : { secrets: asked }
}

/** What only runs because a person allowed it (no order of an untrusted lane is built), and what is kept out. */
export function trustedParts(spec: PinnedAgent['spec']): Pick<SessionSetup, 'prepare' | 'mcp' | 'inherit'> {
  const inherit = spec['inherit'] === 'none' ? { inherit: 'none' as const } : {}
  const result = AgentSpec.pick({ mcp: true, workspace: true }).safeParse({ mcp: spec['mcp'], workspace: spec['workspace'] })
  if (!result.success) return inherit
  const { mcp, workspace: { setup = [] } } = result.data
  const granted = ceilingOf(spec['tools'])?.servers ?? []
  const offered = Object.entries(mcp).filter(([name]) => granted.includes(name))
  return { ...inherit, ...(setup.length === 0 ? {} : { prepare: setup }), ...(offered.length === 0 ? {} : { mcp: Object.fromEntries(offered) }) }
}
