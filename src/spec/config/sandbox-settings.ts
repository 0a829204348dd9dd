import { z } from 'zod'
import { BoxCeiling } from '../agent/box-ceiling.ts'
import { profileNames } from '../agent/words.ts'

/** `sandbox:` of both configurations: where sessions run for which nobody chose, and the most that any may have. A profile alone is the first. */
export const SandboxSettings = z.union([
  z.enum(profileNames),
  z.strictObject({
    default: z.enum(profileNames).optional().describe('of sessions for which neither a person nor the agent’s file says one; default workspace'),
    ceiling: BoxCeiling.optional().describe('the most that any session may have'),
  }),
])
export type SandboxSettings = z.infer<typeof SandboxSettings>

export const sandboxSynonyms: Readonly<Record<string, string>> = { box: 'sandbox', omnibox: 'sandbox', limit: 'ceiling', max: 'ceiling', maximum: 'ceiling', most: 'ceiling' }

export const defaultOf = (settings: SandboxSettings | undefined) => (typeof settings === 'string' ? settings : settings?.default)
export const ceilingOf = (settings: SandboxSettings | undefined): BoxCeiling | undefined => (typeof settings === 'string' ? undefined : settings?.ceiling)
