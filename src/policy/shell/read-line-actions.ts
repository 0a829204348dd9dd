import type { LineReader } from '../case-log.ts'
import type { ShellFact } from './facts.ts'
import { readShell } from './read-shell.ts'

const place = { cwd: '/home/user/project', home: '/home/user' }

/** What a command line does, on a machine that has none of its scripts and no settings of git. */
export const readLineActions: LineReader = (line) => {
  const facts = new Map<string, ShellFact>()
  for (;;) {
    const { actions, needs } = readShell(line, place, facts)
    // Nothing that is not there leads any further.
    if (needs.length === 0) return actions
    for (const { key, type } of needs) facts.set(key, { type: 'absent', reason: type === 'file' ? 'missing' : 'no repository' })
  }
}
