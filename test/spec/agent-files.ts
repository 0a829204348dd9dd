import type { LoadRequest, LoadResult } from '../../src/spec/agent/load-request.ts'
import { loadAgent } from '../../src/spec/agent/load-agent.ts'
import { corpusMachine } from './agent-corpus.ts'

/** Loads `/agents/main.yaml` from files in memory; a text stands for that file alone. */
export function loadText(files: string | Readonly<Record<string, string>>, more: Partial<LoadRequest> = {}): Promise<LoadResult> {
  const all: Readonly<Record<string, string>> = typeof files === 'string' ? { '/agents/main.yaml': files } : files
  return loadAgent({
    ...corpusMachine, path: '/agents/main.yaml',
    readFile: (path) => Promise.resolve(Object.hasOwn(all, path) ? all[path] : undefined),
    readDir: (folder) => Promise.resolve(Object.keys(all).filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1).split('/')[0] ?? '')),
    ...more,
  })
}

/** The result of a file that must be good. */
export async function loadGood(files: string | Readonly<Record<string, string>>, more: Partial<LoadRequest> = {}) {
  const result = await loadText(files, more)
  if (!result.ok) throw new Error(`does not load: ${result.problems.map(({ line, message }) => `${line}: ${message}`).join('; ')}`)
  return result
}

/** `line:column message` of every problem. */
export async function problemsOf(files: string | Readonly<Record<string, string>>, more: Partial<LoadRequest> = {}): Promise<string[]> {
  const result = await loadText(files, more)
  return result.ok ? [] : result.problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
}
