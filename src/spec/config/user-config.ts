import { z } from 'zod'
import type { Vocabulary } from '../yaml/validate-yaml.ts'
import { agentName, effortLevels, envName, envValue, filePath, harnessId, modelId, slug } from '../agent/words.ts'
import { sandboxSynonyms, SandboxSettings } from './sandbox-settings.ts'
import { secretAdvice, SecretDefinitions, secretSynonyms } from './secrets.ts'

/** `~/.omnigent/config.yaml`, version 1: one person's defaults on one machine. Every field may be left out. */
export const UserConfig = z.strictObject({
  default_harness: harnessId.optional().describe('for agents that name none'),
  default_agent: agentName.optional().describe('the agent of a plain "omni run"; default hello'),
  model: modelId.optional().describe('for agents that name none'),
  effort: z.enum(effortLevels).optional(),
  theme: z.enum(['auto', 'light', 'dark']).optional().describe('colours of the web page and the terminal'),
  acp: z.record(slug, z.strictObject({
    command: z.array(z.string().min(1).max(4_096)).min(1).max(50).describe('the program and its arguments; it speaks ACP version 1 on its standard input and output'),
    env: z.record(envName, envValue).optional().describe('variables of every start'),
    title: z.string().min(1).max(100).optional().describe('shown to people; default: the name'),
    mode: z.string().min(1).max(100).optional().describe('the session mode to set, the one that asks the most'),
    gate: z.enum(['every-call', 'changes', 'none']).default('changes').describe('what it asks before; believed, not checked'),
  })).default({}).describe('agents of your own that speak the Agent Client Protocol: harness acp:<name>'),
  harnesses: z.record(harnessId, z.strictObject({
    path: filePath.startsWith('/', 'must be an absolute path').optional().describe('the program to run instead of the one that is found'),
    env: z.record(envName, envValue).optional().describe('variables for this program'),
    base_url: z.string().max(2_000).regex(/^https?:\/\/[^\s@]+$/, 'must be an http:// or https:// address without a user').optional().describe('where its model calls go instead of the vendor'),
    api_key_env: envName.optional().describe('name of the host variable that holds the key for base_url; without it the key that "omni setup" saved for it'),
    model: modelId.optional().describe('for sessions on this harness that name no model'),
  })).default({}).describe('settings by harness'),
  sandbox: SandboxSettings.optional().describe('a profile, or a map: the default, and the most that a session may have on this machine'),
  secrets: SecretDefinitions.default({}).describe('credentials that agents may use by name'),
})
export type UserConfig = z.infer<typeof UserConfig>

export const userConfigVocabulary: Vocabulary = {
  synonyms: { ...secretSynonyms, ...sandboxSynonyms, harness: 'default_harness', agent: 'default_agent', default_model: 'model', url: 'base_url', api_key: 'api_key_env', color: 'theme', colors: 'theme', programs: 'harnesses', binary: 'path', environment: 'env' },
  advice: secretAdvice,
  later: {
    policies: 'remove it',
  },
}
