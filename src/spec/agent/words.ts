import { z } from 'zod'

/** The small words of agent and configuration files. Every pattern is linear in the length of its input. */
const id = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/

export const effortLevels = ['low', 'medium', 'high', 'xhigh', 'max'] as const
export const profileNames = ['read-only', 'workspace', 'open', 'off'] as const
export type ProfileName = (typeof profileNames)[number]
/** Where a session runs when nobody says anything about it. */
export const defaultProfile: ProfileName = 'workspace'

export const agentName = z.string().max(64).regex(id, 'must be lower-case words joined by - or _, such as code-reviewer')
export const slug = z.string().max(64).regex(/^[a-z0-9][a-z0-9_.-]*$/, 'must be lower-case letters, digits, - _ .')
export const harnessId = z.string().max(100).regex(/^[a-z][a-z0-9-]*(?::[a-z0-9][a-z0-9._-]*)?$/, 'must be a harness id, such as omni or acp:name')
export const modelId = z.string().min(1).max(200).regex(/^[A-Za-z0-9][\w.:/@+[\]-]*$/, 'must be a model id without spaces')
export const mcpName = z.string().regex(/^[A-Za-z0-9][\w-]{0,63}$/, 'must be 1 to 64 letters, digits, - or _')
export const paramName = z.string().regex(/^[A-Za-z_]\w{0,63}$/, 'must be letters, digits and _')
export const secretName = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'must be 1 to 64 letters, digits, - _ .')
export const envName = z.string().regex(/^[A-Za-z_]\w{0,255}$/, 'must be the name of an environment variable: letters, digits and _')
export const envValue = z.string().max(32_768)
export const filePath = z.string().min(1).max(4_096).regex(/^[^\n\t]*$/, 'must be a path on one line')
/** A shell line, run in the box. */
export const command = z.string().min(1).max(20_000)
export const functionRef = z.string().max(4_096).regex(/^[^#\n\t]+\.(?:ts|mts|js|mjs)#[A-Za-z_$][\w$]*$/, 'must be a file and an export, such as ./tools/count.ts#count')
