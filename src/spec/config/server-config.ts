import { z } from 'zod'
import type { Vocabulary } from '../yaml/validate-yaml.ts'
import { PriceOverrides } from './price-overrides.ts'
import { sandboxSynonyms, SandboxSettings } from './sandbox-settings.ts'
import { secretAdvice, SecretDefinitions, secretSynonyms } from './secrets.ts'

/** An origin as browsers send it: scheme and authority, nothing after. */
const origin = z.string().max(300).regex(/^https?:\/\/[A-Za-z0-9.[\]:_-]+$/, 'must be an origin such as https://omni.example.org, without a path')

/** `~/.omnigent/server.yaml` or `omni server start --config FILE`, version 1. Every field may be left out. */
export const ServerConfig = z.strictObject({
  port: z.int().min(0).max(65_535).optional().describe('default 6767; 0: any free port'),
  bind: z.string().regex(/^(?:[A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]{2,45})$/, 'must be an address or host name to listen on').optional().describe('default 127.0.0.1'),
  hosts: z.array(z.string().regex(/^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/, 'must be a host name, with :port where it is not the usual one')).max(100).default([]).describe('names this server is reached by besides localhost'),
  allowed_origins: z.array(origin).max(100).optional().describe('web pages of other addresses that may talk to this server'),
  policies: z.array(z.record(z.string(), z.json())).max(500).default([]).describe('what every session keeps to, besides the shipped baseline'),
  baseline: z.boolean().default(true).describe('false: the shipped policies do not apply'),
  host_sets: z.record(z.string().regex(/^[a-z][\w-]{0,63}$/, 'must be a name such as trusted'), z.array(z.string().min(1).max(300)).max(500)).default({}).describe('names for sets of hosts, used in policies as @name'),
  log_level: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).optional().describe('default info'),
  prices: PriceOverrides.default({}).describe('what models cost, by name or its beginning, instead of the shipped prices'),
  sandbox: SandboxSettings.optional().describe('a profile, or a map: the default, and the most that a session may have'),
  secrets: SecretDefinitions.default({}).describe('credentials that agents may use by name; one that the user defines too is taken from here'),
  retention: z.strictObject({
    days: z.int().min(1).max(36_500).optional().describe('sessions untouched for so long are removed'),
    blobs: z.int().min(1).max(36_500).optional().describe('large outputs are removed after so many days'),
  }).optional().describe('off by default'),
})
export type ServerConfig = z.infer<typeof ServerConfig>

export const serverConfigVocabulary: Vocabulary = {
  synonyms: { ...secretSynonyms, ...sandboxSynonyms, host: 'bind', hostnames: 'hosts', allowed_hosts: 'hosts', address: 'bind', listen: 'bind', origins: 'allowed_origins', cors: 'allowed_origins', log: 'log_level', logging: 'log_level', level: 'log_level', keep: 'retention', price: 'prices', pricing: 'prices', costs: 'prices', cached_input: 'cache_read', prompt: 'input', completion: 'output' },
  advice: secretAdvice,
  later: {
    auth: 'remove it',
    database: 'remove it',
    tls: 'remove it',
  },
}
