import { entriesOf, entryOf, type YamlNode } from '../../yaml/yaml-node.ts'
import { AgentFile } from '../agent-file.ts'
import { bundleKeys, fileKeys } from './python/python-keys.ts'

/**
 * Which form an agent file is written in. `python-bundle` and `python-file` are the two dialects of the Python edition of
 * Omnigent, `sub-agent` is Markdown with front matter.
 */
export type AgentFileKind = 'native' | 'python-bundle' | 'python-file' | 'sub-agent'

/**
 * The kind of a YAML agent file. In doubt it is native: that form is strict, so nothing is dropped by a wrong guess. A key that only
 * the native form has decides for it, too: a native file with one foreign key must not be read loosely.
 */
export function detectKind(root: YamlNode): Exclude<AgentFileKind, 'sub-agent'> {
  const keys = entriesOf(root).map(({ key }) => key)
  if (keys.some((key) => nativeOnly.has(key))) return 'native'
  if (isBundle(root)) return 'python-bundle'
  return isSingleFile(root, keys) ? 'python-file' : 'native'
}

const foreignKeys = new Set([...bundleKeys, ...fileKeys])
const nativeOnly: ReadonlySet<string> = new Set(Object.keys(AgentFile.shape).filter((key) => !foreignKeys.has(key)))

const foreignOnly: ReadonlySet<string> = new Set([...foreignKeys].filter((key) => !Object.hasOwn(AgentFile.shape, key)))

function isBundle(root: YamlNode): boolean {
  const executor = entryOf(root, 'executor')?.value
  const tools = entryOf(root, 'tools')?.value
  return ['spec_version', 'guardrails', 'llm', 'interaction'].some((key) => entryOf(root, key) !== undefined)
    || ['config', 'type'].some((key) => entryOf(executor, key) !== undefined)
    || ['agents', 'builtins'].some((key) => entryOf(tools, key)?.value.kind === 'list')
}

function isSingleFile(root: YamlNode, keys: readonly string[]): boolean {
  if (['executor', 'os_env', 'terminals'].some((key) => entryOf(root, key)?.value.kind === 'map')) return true
  const sections = ['tools', 'policies'].flatMap((key) => entriesOf(entryOf(root, key)?.value))
  if (sections.some(({ value }) => entryOf(value, 'type')?.value.kind === 'text' || entryOf(value, 'handler') !== undefined)) return true
  const executor = entryOf(root, 'executor')?.value
  return keys.includes('name') && keys.every((key) => foreignKeys.has(key)) && keys.some((key) => foreignOnly.has(key)) && (executor === undefined || executor.kind === 'map')
}
