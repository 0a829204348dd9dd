import { accessSync, constants, statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'

export type Found = { readonly type: 'found'; readonly file: string } | { readonly type: 'missing'; readonly reason: string }

/**
 * The executable `file` names: itself when it holds a slash (relative to `cwd`), else the first on `searchPath`. Checked
 * before a launcher runs, because a launcher would report a missing program as its own exit.
 */
export function findExecutable(file: string, searchPath: string, cwd: string): Found {
  if (file.includes('\0') || file === '') return { type: 'missing', reason: 'the program has no valid name' }
  const candidates = file.includes('/') ? [resolve(cwd, file)] : searchPath.split(':').filter(isAbsolute).map((folder) => resolve(folder, file))
  let reason = `${file}: not found (ENOENT)`
  for (const candidate of candidates) {
    const problem = problemOf(candidate)
    if (problem === undefined) return { type: 'found', file: candidate }
    if (problem !== 'ENOENT') reason = `${candidate}: cannot be executed (${problem})`
  }
  return { type: 'missing', reason }
}

function problemOf(candidate: string): string | undefined {
  try {
    if (!statSync(candidate).isFile()) return 'EACCES'
    accessSync(candidate, constants.X_OK)
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES' ? 'EACCES' : 'ENOENT'
  }
}
