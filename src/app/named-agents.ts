import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { readAgentFile, shippedAgents } from './agent-files.ts'
import { pathsOf } from './paths.ts'

export interface NamedAgent {
  readonly name: string
  readonly path: string
  readonly source: 'user' | 'shipped'
}

/** The agents that are known by name: the user's own in `~/.omnigent/agents`, then the shipped ones. */
export async function namedAgents(home: string): Promise<readonly NamedAgent[]> {
  const folders = [{ dir: pathsOf(home).agents, source: 'user' }, { dir: shippedAgents, source: 'shipped' }] as const
  const found = await Promise.all(folders.map(async ({ dir, source }) => (await readdir(dir).catch(() => [])).filter((file) => /\.ya?ml$/.test(file)).map((file) => ({ path: join(dir, file), name: file.replace(/\.ya?ml$/, ''), source }))))
  return found.flat()
}

/** Hashes of the agents that are trusted by where they lie: whoever may write there is the user. */
export async function trustedHashes(place: Pick<Config, 'cwd' | 'environment' | 'home'>): Promise<ReadonlySet<string>> {
  const loaded = await Promise.all((await namedAgents(place.home)).map(({ path }) => readAgentFile(place, path)))
  return new Set(loaded.flatMap((result) => (result.ok ? [result.hash] : [])))
}
