import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError } from '../spec/app-error.ts'
import { tryPolicies } from '../policy/try-policies.ts'
import type { Policy } from '../spec/policy/policy-schema.ts'
import type { Level } from '../spec/policy/words.ts'
import { formatProblems } from '../spec/yaml/format-problems.ts'
import type { Config } from './config.ts'

export interface PolicyFile {
  readonly text: string
  readonly policies: readonly Policy[]
}

/** A policy file that can be used. @throws {AppError} 'not_found'; 'invalid' with every problem, each with its place. */
export async function readPolicyFile(config: Pick<Config, 'cwd' | 'color'>, file: string, level: Level): Promise<PolicyFile> {
  const content = await readText(config, file)
  const loaded = await tryPolicies(file, content, level)
  if (!loaded.ok) throw new AppError('invalid', `${file} can not be used:\n${formatProblems(loaded.problems, { color: config.color })}`, { details: loaded.problems })
  return { text: content.toString('utf8'), policies: loaded.policies }
}

/** The bytes of a file that a person named. @throws {AppError} 'not_found' */
export async function readText(config: Pick<Config, 'cwd'>, file: string): Promise<Buffer> {
  return readFile(resolve(config.cwd, file)).catch((cause: unknown) => {
    throw new AppError('not_found', `Cannot read ${file}.`, { cause })
  })
}
