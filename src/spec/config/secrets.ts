import { z } from 'zod'
import { envName, filePath, secretName } from '../agent/words.ts'
import { presetNames, secretPresets, type SecretPreset } from './secret-presets.ts'

/**
 * `secrets:` of the user's and the server's configuration, version 1: where each value comes from, the only hosts that it goes to, and how it
 * is put into a request. The value itself never stands in a file of ours that is meant to be read.
 */

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?'
/** A last label that is a number would be an address. */
const hostName = `(?:${label}\\.)*(?!\\d+$|0x[0-9a-f]*$)${label}`
/** A wildcard needs two labels below it: `*.org` would be half of the world. */
const anyBelow = `\\*\\.(?:${label}\\.)+(?!\\d+$)${label}`

/** A name, or `*.name` for every name below it; lower-case, without port. */
export const secretHost = z.string().max(253).toLowerCase()
  .regex(new RegExp(`^(?:${hostName}|${anyBelow})$`), 'must be a host name such as api.example.org, or *.example.org for all below it; without scheme, port or path')

const presetName = z.enum(presetNames)
const scheme = z.enum(['bearer', 'basic', 'header'])
export type SecretScheme = z.infer<typeof scheme>

/** Headers that carry the message itself: a secret in them would break it, or send it elsewhere. */
const headerName = z.string().max(128).regex(/^(?!(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*)$)[A-Za-z0-9!#$%&'*+.^_`|~-]+$/i, 'must be the name of a header that can carry a credential')
const command = z.array(z.string().min(1).max(4_096).regex(/^[^\0]*$/, 'must be without zero bytes')).min(1).max(50).superRefine(([program], { addIssue }) => {
  if (program !== undefined && !/^(?:\/|[^/~]+$)/.test(program)) addIssue({ code: 'custom', message: 'must be the name of a program or an absolute path: no shell reads it', path: [0] })
})

export const SecretSource = z.union([
  z.literal('keychain'),
  z.strictObject({ env: envName.describe('a variable of the host') }),
  z.strictObject({ file: filePath.regex(/^(?:\/|~\/)/, 'must be an absolute path, or start with ~/').describe('a file that holds nothing else') }),
  z.strictObject({ command: command.describe('a program that prints it, and its arguments; no shell') }),
  z.strictObject({ keychain: secretName.describe('under another name') }),
])
export type SecretSource = z.infer<typeof SecretSource>

export const SecretDefinition = z.strictObject({
  from: SecretSource.describe('where the value is: keychain, {env: NAME}, {file: PATH}, {command: [PROGRAM, …]}'),
  preset: presetName.optional().describe('fills in what is left out: github, gitlab, npm, bearer or basic'),
  hosts: z.array(secretHost).min(1).max(100).optional().describe('the only hosts that it goes to'),
  env: z.union([envName, z.array(envName).min(1).max(10)]).optional().describe('variables in which the agent finds a stand-in for it'),
  scheme: scheme.optional().describe('how it is put into a request; default bearer'),
  header: headerName.optional().describe('the header that it goes into, with scheme: header'),
  user: z.string().max(128).regex(/^[\x21-\x39\x3b-\x7e]*$/, 'must be a user name in ASCII, without spaces and without ":"').optional().describe('the user name, with scheme: basic'),
}).superRefine((definition, { addIssue }) => {
  const preset = presetOf(definition)
  const form = definition.scheme ?? preset?.scheme ?? 'bearer'
  const say = (message: string, path: string[] = []) => addIssue({ code: 'custom', message, path })
  if (definition.hosts === undefined && (preset?.hosts.length ?? 0) === 0) say('needs "hosts": the only hosts that the secret goes to')
  if (form === 'header' && definition.header === undefined) say('needs "header": the name of the header that the secret goes into')
  if (form !== 'header' && definition.header !== undefined) say('stands only beside scheme: header', ['header'])
  if (form !== 'basic' && definition.user !== undefined) say('stands only beside scheme: basic', ['user'])
})
export type SecretDefinition = z.infer<typeof SecretDefinition>

export const SecretDefinitions = z.record(secretName, SecretDefinition)
export type SecretDefinitions = z.infer<typeof SecretDefinitions>

export const presetOf = ({ preset }: Pick<SecretDefinition, 'preset'>): SecretPreset | undefined => (preset === undefined ? undefined : secretPresets[preset])

/** Words of other tools, for both configurations. */
export const secretSynonyms: Readonly<Record<string, string>> = {
  secret: 'secrets', credentials: 'secrets', tokens: 'secrets', source: 'from', variable: 'env', environment: 'env', domain: 'hosts', domains: 'hosts', type: 'scheme', auth: 'scheme', username: 'user', cmd: 'command', exec: 'command', keyring: 'keychain', token: 'bearer',
}
export const secretAdvice: Readonly<Record<string, string>> = {
  value: 'a value never stands in a configuration file: "omni secret set NAME" keeps it',
}
