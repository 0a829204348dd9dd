import { z } from 'zod'
import { envName, filePath, profileNames, secretName } from './words.ts'

/** `sandbox:` as a map; see the Omnibox profiles. Shape only: what it asks for is judged by `beyond-workspace.ts`; what `network` means, `expand-network.ts` says. */
const size = z.string().regex(/^\d{1,6}(?:\.\d{1,3})?[kmgt]$/i, 'must be a size such as 512m or 4g')
const method = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE'])
const action = z.enum(['allow', 'ask', 'deny'])
const ruleRest = {
  method: z.union([method, z.array(method).min(1).max(9)]).optional(),
  refs: z.array(z.string().min(1).max(300)).min(1).max(100).optional().describe('git refs a push may touch'),
  use_secret: secretName.optional().describe('secret to inject on this request'),
  action,
}
const givesToNone = ({ action: verdict, use_secret: secret }: { readonly action: string; readonly use_secret?: string | undefined }) => verdict !== 'deny' || secret === undefined

const NetworkRule = z.union([
  z.strictObject({ url: z.string().max(2_000).regex(/^(?:https?|wss?):\/\/\S+$/, 'must be an address such as https://host/**'), ...ruleRest }),
  z.strictObject({ host: z.string().regex(/^[A-Za-z0-9*@][A-Za-z0-9.*:@_-]{0,252}$/, 'must be a host name, *.domain or @set'), ...ruleRest }),
])

export const SandboxSection = z.strictObject({
  profile: z.enum(profileNames).optional().describe('default workspace'),
  read: z.array(filePath).max(200).optional().describe('extra read-only paths'),
  write: z.array(filePath).max(200).optional().describe('extra writable paths'),
  hide: z.array(filePath).max(200).optional().describe('paths hidden inside the workspace as well'),
  env: z.array(envName).max(200).optional().describe('names of host variables to let in'),
  network: z.strictObject({ default: action.optional(), rules: z.array(NetworkRule.refine(givesToNone, { path: ['use_secret'], message: 'is for rules that let requests through' })).max(500).optional() }).optional(),
  limits: z.strictObject({
    memory: size.optional(),
    pids: z.int().min(1).optional(),
    cpu: z.number().gt(0).optional().describe('processors'),
    disk: size.optional(),
    minutes: z.number().gt(0).optional(),
    required: z.boolean().optional().describe('refuse to start where a limit cannot be enforced'),
  }).optional(),
})
export type SandboxSection = z.infer<typeof SandboxSection>
