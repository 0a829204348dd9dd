import { readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const folders = 4

/**
 * The version that npm's `package.json` above a program names; undefined when there is none, or it is of another package.
 * A platform's own package is named after the main one: `<name>-linux-x64`.
 */
export async function writtenVersion(file: string, packageName: string): Promise<string | undefined> {
  let folder = dirname(await realpath(file).catch(() => file))
  for (let up = 0; up < folders; up += 1, folder = dirname(folder)) {
    const read = await readFile(join(folder, 'package.json'), 'utf8').then(parse, () => undefined)
    if (read?.name === undefined) continue
    const isIts = read.name === packageName || read.name.startsWith(`${packageName}-`)
    return isIts ? /^\d+\.\d+\.\d+/.exec(read.version ?? '')?.[0] : undefined
  }
  return undefined
}

function parse(text: string): { name?: string; version?: string } | undefined {
  try {
    const { name, version } = JSON.parse(text) as { name?: unknown; version?: unknown } // Both are looked at below.
    return { ...(typeof name === 'string' ? { name } : {}), ...(typeof version === 'string' ? { version } : {}) }
  } catch {
    // No JSON: as good as none.
    return undefined
  }
}
