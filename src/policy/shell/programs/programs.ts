import type { ProgramReader } from '../call.ts'
import { git } from '../git/git-reader.ts'
import { managers } from '../packages/managers.ts'
import { nodeManagers } from '../packages/node-managers.ts'
import { just } from '../scripts/just.ts'
import { make } from '../scripts/make.ts'
import { containers } from './containers.ts'
import { fileReaders } from './files.ts'
import { forges } from './gh.ts'
import { inlineCode } from './inline-code.ts'
import { network } from './network.ts'
import { shells } from './shells.ts'
import { specialWrappers } from './special-wrappers.ts'
import { wrappers } from './wrappers.ts'

const tables: readonly (readonly [string, ProgramReader])[] = [
  ...wrappers, ...specialWrappers, ...shells, ...fileReaders, ...network, ...inlineCode, ...containers, ...managers, ...nodeManagers, ...forges,
  ['make', make], ['gmake', make], ['just', just],
]
const byName = new Map<string, ProgramReader>()
for (const [name, read] of tables) {
  const other = byName.get(name)
  // A program that stands in two tables does what both say: `deno install`, and code on deno's command line.
  byName.set(name, other === undefined ? read : (call) => [...other(call), ...read(call)])
}

/** The reader of a program's command line, by the program's name. */
export const programs = {
  get: (name: string): ProgramReader | undefined => {
    if (name === 'git' || name.startsWith('git-')) return git
    // python3.12, pip3.12, gcc-13: the version is no part of the name.
    return byName.get(name) ?? byName.get(name.replace(/[-.]?\d+(?:\.\d+)*(?:\.exe)?$/, '')) ?? byName.get(name.replace(/\.exe$/, ''))
  },
} as const
