import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { ShellFact, ShellNeed, ShellPlace } from '../../src/policy/shell/facts.ts'
import { readShell, type ShellReading } from '../../src/policy/shell/read-shell.ts'
import type { ShellCase } from '../fixtures/shell/push-spellings.ts'

export const place: ShellPlace = { cwd: '/work/app', home: '/home/me' }
const origin = { 'remote.origin.url': 'git@github.com:acme/app.git' }

/** Reads a line on the machine of the case, answering until nothing is asked. */
export function readLine({ line, files = {}, gitConfig = {} }: ShellCase, at: ShellPlace = place): ShellReading {
  const facts = new Map<string, ShellFact>()
  const answer = (need: ShellNeed): ShellFact => {
    if (need.type === 'git') return { type: 'git', config: Object.entries({ ...origin, ...gitConfig }), branch: 'main' }
    const text = files[posix.relative(at.cwd, need.path)]
    return text === undefined ? { type: 'absent', reason: 'missing' } : { type: 'file', text, sha256: createHash('sha256').update(text).digest('hex') }
  }
  for (let round = 0; round < 100; round += 1) {
    const reading = readShell(line, at, facts)
    if (reading.needs.length === 0) return reading
    for (const need of reading.needs) facts.set(need.key, answer(need))
  }
  throw new Error(`the reader never stops asking: ${line}`)
}

/** Why it cannot be told what the line does; empty when it can. */
export const reasonsOf = (reading: ShellReading): readonly string[] => reading.actions.flatMap((action) => (action.kind === 'exec' ? action.opaque ?? [] : []))
export const pushes = (reading: ShellReading) => reading.actions.filter(({ kind }) => kind === 'git.push')
