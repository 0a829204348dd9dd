import { readdir, readFile } from 'node:fs/promises'
import type { LoadRequest } from '../../src/spec/agent/load-request.ts'

export const corpusFolder = new URL('../fixtures/agents/', import.meta.url).pathname

/** A machine with three harnesses here and two that come later; the same for every file of the corpus. */
export const corpusMachine = {
  environment: { HOME: '/home/ada', LANG: 'C.UTF-8', TOKEN: 'token-value-nobody-may-see', DOCS_URL: 'https://docs.example' },
  knownHarnesses: [
    { id: 'omni', available: false },
    { id: 'claude-code', available: true, vendors: ['anthropic'] },
    { id: 'codex', available: true, vendors: ['openai'] },
    { id: 'pi', available: true },
    { id: 'acp:*', available: false },
  ],
  models: [
    { vendor: 'anthropic', names: ['opus', 'sonnet', 'claude-*'] },
    { vendor: 'openai', names: ['gpt', 'gpt-*'] },
    { vendor: 'google', names: ['gemini-*'] },
  ],
} as const

export function corpusRequest(path: string, more: Partial<LoadRequest> = {}): LoadRequest {
  return { ...corpusMachine, path, readFile: readIfFile, readDir: (folder) => readdir(folder).catch(() => []), ...more }
}

async function readIfFile(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return undefined
    throw error
  })
}

/** Names of the well-formed files; `folder-agent` is a folder with an `agent.yaml`. */
export async function goodFiles(): Promise<string[]> {
  const names = await readdir(`${corpusFolder}good`)
  return [...names.filter((name) => name.endsWith('.yaml')), 'folder-agent']
}
