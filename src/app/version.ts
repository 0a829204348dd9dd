import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The package's own folder, in a checkout as well as when installed. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)))
/** The file that starts us again in another process. */
export const entryFile = join(packageRoot, 'bin', 'omni.js')

/** A file of ours that is run by itself: source in a checkout, bundle when installed. */
export function programFile(source: string, bundle: string): string {
  const file = join(packageRoot, 'src', source)
  return existsSync(file) ? file : join(packageRoot, 'dist', 'node', bundle)
}

/** Sets up the network of a box. */
export const netnsProgramFile = programFile('omnibox/linux/netns-program.ts', 'netns.js')

/** Gives programs in a box the engine's tools. */
export const toolBridgeFile = programFile('host/mcp/bridge-program.ts', 'tools.js')

/** What our own programs are made of, as far as it is there. */
export const ownProgramParts: readonly string[] = ['src', 'dist', 'node_modules', 'package.json'].map((name) => join(packageRoot, name)).filter((path) => existsSync(path))

function findRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const text = readOptional(join(folder, 'package.json'))
    if (text !== undefined && text.includes('"name": "omnigent"')) return folder
    if (dirname(folder) === folder) throw new Error('omnigent: package.json not found above the program')
  }
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Not in this folder: the caller looks one up.
    return undefined
  }
}

export function packageVersion(): string {
  const text = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string } // Our own file.
  return text.version
}
