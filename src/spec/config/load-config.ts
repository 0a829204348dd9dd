import { suggestion } from '../yaml/did-you-mean.ts'
import { decodeText } from '../yaml/decode-text.ts'
import { parseStrictYaml } from '../yaml/parse-strict-yaml.ts'
import { type Problem, problemAt, quote, sortProblems } from '../yaml/problem.ts'
import { placeAt, type SourceText } from '../yaml/source-text.ts'
import { validateYaml, type Vocabulary } from '../yaml/validate-yaml.ts'
import { entriesOf, entryOf, type Range, type YamlNode } from '../yaml/yaml-node.ts'
import { findHarness } from '../agent/check-model.ts'
import { checkPolicies } from '../policy/check-policies.ts'
import type { KnownHarness } from '../agent/load-request.ts'
import { ServerConfig, serverConfigVocabulary } from './server-config.ts'
import { UserConfig, userConfigVocabulary } from './user-config.ts'
import type { z } from 'zod'

export type ConfigResult<T> = { readonly ok: true; readonly config: T } | { readonly ok: false; readonly problems: readonly Problem[] }

export interface ConfigFile {
  /** For messages. */
  readonly path: string
  readonly content: Uint8Array | string
}

/** An empty file, or one of comments only, is the defaults: that is how a fresh configuration file looks. */
export function loadUserConfig(file: ConfigFile, knownHarnesses: readonly KnownHarness[]): ConfigResult<UserConfig> {
  return loadConfig(file, UserConfig, userConfigVocabulary, (source, root) => unknownHarnesses(source, root, knownHarnesses))
}

export function loadServerConfig(file: ConfigFile): ConfigResult<ServerConfig> {
  return loadConfig(file, ServerConfig, serverConfigVocabulary, (source, root) => {
    const policies = entryOf(root, 'policies')?.value
    return policies === undefined ? [] : checkPolicies(source, policies, 'server').problems
  })
}

type Check = (source: SourceText, root: YamlNode) => readonly Problem[]

function loadConfig<T>({ path, content }: ConfigFile, schema: z.ZodType<T>, vocabulary: Vocabulary, check: Check): ConfigResult<T> {
  const decoded = decodeText(path, content)
  if (decoded.source === undefined) return { ok: false, problems: sortProblems(decoded.problems) }
  const { source } = decoded
  const isEmpty = source.text.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line))
  const parsed = parseStrictYaml(isEmpty ? { ...source, text: '{}' } : source, 'a configuration file')
  if (parsed.root === undefined) return { ok: false, problems: parsed.problems }
  const checked = validateYaml(source, parsed.root, schema, vocabulary)
  const problems = sortProblems([...parsed.problems, ...checked.problems, ...check(source, parsed.root)])
  return checked.value !== undefined && problems.length === 0 ? { ok: true, config: checked.value } : { ok: false, problems }
}

function unknownHarnesses(source: SourceText, root: YamlNode, known: readonly KnownHarness[]): Problem[] {
  const single = entryOf(root, 'default_harness')?.value
  const named: { id: string; range: Range }[] = entriesOf(entryOf(root, 'harnesses')?.value).map(({ key, keyRange }) => ({ id: key, range: keyRange }))
  if (single?.kind === 'text') named.push({ id: single.value, range: single.range })
  const own = entriesOf(entryOf(root, 'acp')?.value).map(({ key }) => ({ id: `acp:${key}`, available: true }))
  const all = [...known, ...own]
  const ids = all.map(({ id }) => id)
  return named.filter(({ id }) => /^[a-z][a-z0-9:._-]*$/.test(id) && findHarness(id, all) === undefined)
    .map(({ id, range }) => problemAt(placeAt(source, ...range), 'reference', `there is no harness ${quote(id)}`, suggestion(id, ids) ?? `known harnesses: ${ids.join(', ')}`))
}
