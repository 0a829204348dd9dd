import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { HarnessProgram } from '../spec/ports/harness-program.ts'

/** The version that `omni harness install` put there; undefined when it put none. */
export async function installedVersion(folder: string, id: string, program: HarnessProgram): Promise<string | undefined> {
  const text = await readFile(join(folder, id, 'node_modules', program.package, 'package.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const read = z.object({ version: z.string() }).safeParse(JSON.parse(text))
  return read.success ? read.data.version : undefined
}
