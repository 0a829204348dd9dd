import { readdir, readFile } from 'node:fs/promises'
import { foreignDialects } from '../../src/app/harness-registry.ts'
import type { LoadRequest, LoadResult } from '../../src/spec/agent/load-request.ts'
import type { Problem } from '../../src/spec/yaml/problem.ts'
import { corpusFolder, corpusMachine, corpusRequest } from './agent-corpus.ts'

export const foreignFolder = `${corpusFolder}foreign/`

/** Every agent of the foreign corpus, by its path in the folder; a bundle is named by its folder. */
export async function foreignAgents(): Promise<string[]> {
  const kinds = await Promise.all(['bundle', 'file', 'markdown'].map(async (kind) => (await readdir(`${foreignFolder}${kind}`)).filter((name) => name !== 'parts').map((name) => `${kind}/${name}`)))
  return kinds.flat().toSorted()
}

export function foreignRequest(name: string, more: Partial<LoadRequest> = {}): LoadRequest {
  const knownHarnesses = [...corpusMachine.knownHarnesses, { id: 'claude-sdk', available: false }]
  return corpusRequest(foreignFolder + name, { knownHarnesses, foreign: foreignDialects, ...more })
}

/** The lines of `expected.txt` for one agent: problems, or else the loss report. */
export function reportOf(result: LoadResult, name: string): string[] {
  return result.ok ? result.warnings.map((warning) => `lost ${lineOf(warning, name)}`) : result.problems.map((problem) => `error ${lineOf(problem, name)}`)
}

function lineOf({ file, line, column, length, message, hint }: Problem, name: string): string {
  const inside = (text: string) => text.replaceAll(foreignFolder, '')
  const where = inside(file) === name ? '' : `${inside(file).replace(`${name}/`, '')} `
  return `${where}${line}:${column}+${length} ${inside(message)}${hint === undefined ? '' : ` | ${inside(hint)}`}`
}

/** What `expected.txt` says, by agent. */
export async function readForeignExpected(): Promise<ReadonlyMap<string, readonly string[]>> {
  const expected = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of (await readFile(`${foreignFolder}expected.txt`, 'utf8')).split('\n')) {
    if (line.startsWith('  ')) lines.push(line.trim())
    else if (line !== '' && !line.startsWith('#')) expected.set(line, (lines = []))
  }
  return expected
}
