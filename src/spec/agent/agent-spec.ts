/**
 * The resolved agent, version 1: what a session pins in its log and what every other part reads. Plain JSON that stands alone:
 * prompt files inlined, sub-agents resolved and named, parameters replaced, defaults written out. Field names are those of the
 * agent file. Values of environment variables and secrets are never in it: `${VAR}` stays, see `expandVariables`.
 */
import { z } from 'zod'
import { agentName, command, effortLevels, envName, harnessId, mcpName, modelId, paramName, secretName, slug } from './words.ts'
import { capabilityNames } from './agent-file.ts'
import { SandboxSection } from './sandbox-section.ts'

export const defaultTools = ['read', 'edit', 'shell', 'web'] as const
export const defaultLimits = { depth: 4, children: 16 } as const

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')
const absolutePath = z.string().startsWith('/', 'must be an absolute path')

export const ToolGrant = z.union([
  z.enum(capabilityNames),
  z.strictObject({ mcp: mcpName }),
  /** `sha256` is that of the file itself, not of what it imports. */
  z.strictObject({ function: z.strictObject({ file: absolutePath, export: z.string(), sha256 }) }),
])

const EnvValues = z.record(envName, z.string())
export const McpServerSpec = z.union([
  z.strictObject({ command: z.string(), args: z.array(z.string()), env: EnvValues }),
  z.strictObject({ url: z.string(), headers: z.record(z.string(), z.string()) }),
])
export type McpServerSpec = z.infer<typeof McpServerSpec>

export const AgentSpec = z.strictObject({
  name: agentName,
  description: z.string().optional(),
  /** Empty: nothing is added to the harness's own prompt. */
  prompt: z.string(),
  /** In order of preference; empty: the configured default. */
  harness: z.array(harnessId),
  model: z.union([modelId, z.record(harnessId, modelId)]).optional(),
  effort: z.enum(effortLevels).optional(),
  tools: z.array(ToolGrant),
  mcp: z.record(mcpName, McpServerSpec),
  /** `sha256` is that of the folder's SKILL.md, `name` the folder's, `description` what the file says of itself. */
  skills: z.array(z.strictObject({ path: absolutePath, sha256, name: z.string(), description: z.string() })),
  get sub_agents() { return z.array(AgentSpec) },
  /** Structure only; compiled and checked by `policy/`. */
  policies: z.array(z.record(z.string(), z.json())),
  /** Without a profile it is the one of the configuration where the session is made. */
  sandbox: SandboxSection,
  workspace: z.strictObject({
    mode: z.enum(['here', 'worktree', 'temp']),
    base: z.string().optional(),
    setup: z.array(command).optional(),
    run: command.optional(),
    teardown: z.array(command).optional(),
    copy: z.array(z.string()).optional(),
    link: z.array(z.string()).optional(),
  }),
  limits: z.strictObject({
    depth: z.int().optional(),
    children: z.int().optional(),
    turns: z.int().optional(),
    minutes: z.number().optional(),
    tokens: z.int().optional(),
    usd: z.number().optional(),
  }),
  /** The values that were put in. */
  params: z.record(paramName, z.union([z.string(), z.number(), z.boolean()])),
  checks: z.record(slug, z.strictObject({ command })),
  inherit: z.enum(['user', 'none']),
  secrets: z.record(secretName, z.strictObject({ hosts: z.array(z.string()).optional() })),
  /** `pass`: host variables let in by name. `set`: fixed values, in which `${VAR}` is expanded when the program starts. */
  env: z.strictObject({ pass: z.array(envName), set: EnvValues }),
})
export type AgentSpec = z.infer<typeof AgentSpec>
