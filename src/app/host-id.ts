import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemIds } from './system-clock.ts'
import type { Paths } from './paths.ts'

/** This machine's name for itself, made once and kept. */
export async function readHostId(paths: Paths): Promise<string> {
  const path = join(paths.host, 'id')
  const known = await readFile(path, 'utf8').catch(() => '')
  if (/^hst_\w+$/.test(known.trim())) return known.trim()
  const id = systemIds.next('hst')
  await writeFile(path, `${id}\n`, { mode: 0o600 })
  return id
}
