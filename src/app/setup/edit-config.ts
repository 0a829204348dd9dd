import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { AppError } from '../../spec/app-error.ts'
import { loadUserConfig } from '../../spec/config/load-config.ts'
import { formatProblems } from '../../spec/yaml/format-problems.ts'
import type { Config } from '../config.ts'
import { knownHarnesses } from '../known-harnesses.ts'
import { pathsOf } from '../paths.ts'
import { replaceFile } from '../replace-file.ts'
import { readUserConfig } from '../user-settings.ts'

/** One value of `config.yaml`: where it is, and what it becomes; undefined takes it out. */
export interface ConfigEdit {
  readonly path: readonly string[]
  readonly value: ConfigValue | undefined
}
export type ConfigValue = string | readonly ConfigValue[] | { readonly [key: string]: ConfigValue }

/**
 * Changes values of `~/.omnigent/config.yaml` and nothing else: comments and order stay, spacing may be evened out. Written whole or not at all.
 * @throws {AppError} 'invalid' when the file can not be used, before or after.
 */
export async function editConfig(config: Config, edits: readonly ConfigEdit[]): Promise<string> {
  await readUserConfig(config) // One that is broken already is never written over.
  const path = pathsOf(config.home).userConfig
  const before = await readFile(path, 'utf8').catch(() => '')
  const document = parseDocument(before)
  for (const { path: keys, value } of edits) {
    if (value === undefined) document.deleteIn(keys)
    else document.setIn(keys, typeof value === 'string' ? value : document.createNode(value))
  }
  const after = document.toString({ lineWidth: 0 })
  const checked = loadUserConfig({ path, content: after }, knownHarnesses())
  if (!checked.ok) throw new AppError('invalid', `That can not be set in ${path}:\n${formatProblems(checked.problems, { color: config.color })}`, { details: checked.problems })
  if (after !== before) await replaceFile(path, after)
  return path
}
