import { isAbsolute, resolve } from 'node:path'
import { hashJson } from '../base/hash-json.ts'
import type { ShellFact, ShellFacts, ShellNeed } from '../policy/shell/facts.ts'
import { readShell } from '../policy/shell/read-shell.ts'
import type { Action } from '../spec/actions.ts'
import type { Box, Omnibox } from '../spec/ports/box.ts'
import type { CallReader, CallReading, ReadingPlace } from '../spec/ports/call-reader.ts'
import type { Clock } from '../spec/ports/clock.ts'
import { readGitSettings, readText, realPath } from '../workspace/read-facts.ts'

/** Scripts that call scripts that call scripts: what is asked after so many rounds is not read, and the line is opaque. */
const maxRounds = 8
const maxFacts = 200
const tooMany: ShellFact = { type: 'absent', reason: 'too many scripts, one after the other' }

/** Joins the shell reader, which reads nothing, with the machine, which says what scripts and settings there are. */
export function createCallReader({ omnibox, clock }: { readonly omnibox: Omnibox; readonly clock: Clock }, place: ReadingPlace): CallReader {
  const home = place.env['HOME'] ?? '/'
  let box: Promise<Box> | undefined
  const openBox = () => (box ??= omnibox.open({ name: place.walled === true ? 'read-only' : 'off', workspace: place.workspace, home: place.home }))

  async function answer(need: ShellNeed, signal: AbortSignal | undefined): Promise<ShellFact> {
    if (need.type === 'file') {
      const read = await readText(need.path)
      return 'absent' in read ? { type: 'absent', reason: read.absent } : { type: 'file', ...read }
    }
    const { cwd, gitDir, workTree } = need
    const settings = await readGitSettings({ box: await openBox(), clock, env: place.env, cwd, signal, ...(gitDir === undefined ? {} : { gitDir }), ...(workTree === undefined ? {} : { workTree }) })
    return settings === undefined ? { type: 'absent', reason: 'no repository' } : { type: 'git', ...settings }
  }

  const needsOf = new Map<string, ShellNeed>()

  async function readLine(line: string, cwd: string, signal: AbortSignal | undefined): Promise<CallReading> {
    const facts = new Map<string, ShellFact>()
    for (let round = 0; ; round += 1) {
      const { actions, needs, followed } = readShell(line, { cwd, home }, facts)
      if (needs.length === 0) return { actions, restsOn: hashes(facts, followed) }
      const isEnough = round >= maxRounds || facts.size + needs.length > maxFacts
      for (const need of needs) {
        needsOf.set(need.key, need)
        facts.set(need.key, isEnough ? tooMany : await answer(need, signal).catch(() => ({ type: 'absent', reason: 'not readable' }) as const))
      }
    }
  }

  return {
    async read(actions, signal) {
      const parts = await Promise.all(actions.map(async (action): Promise<CallReading> => {
        if (action.kind !== 'exec') return { actions: [action], restsOn: {} }
        const cwd = action.cwd === undefined ? place.workspace : resolve(place.workspace, action.cwd)
        return readLine(action.command, cwd, signal)
      }))
      return {
        actions: await Promise.all(parts.flatMap((part) => part.actions).map((action) => withRealPath(action, place.workspace, home))),
        restsOn: Object.assign({}, ...parts.map(({ restsOn }) => restsOn)),
      }
    },
    async changed(restsOn, signal) {
      for (const [key, hash] of Object.entries(restsOn)) {
        const need = needsOf.get(key)
        if (need === undefined || hashOf(await answer(need, signal)) !== hash) return need?.type === 'file' ? need.path : 'a setting of git'
      }
      return undefined
    },
    close: async () => (await box?.catch(() => undefined))?.close(),
  }
}

function hashes(facts: ShellFacts, followed: readonly string[]): Record<string, string> {
  return Object.fromEntries(followed.flatMap((key) => {
    const fact = facts.get(key)
    return fact === undefined ? [] : [[key, hashOf(fact)]]
  }))
}

const hashOf = (fact: ShellFact): string => (fact.type === 'file' ? fact.sha256 : hashJson(fact))

/** Rules speak of where a file really is, not of the link that leads there. */
async function withRealPath(action: Action, workspace: string, home: string): Promise<Action> {
  if (action.kind !== 'file.read' && action.kind !== 'file.write' && action.kind !== 'file.delete') return action
  const named = action.path.startsWith('~/') ? `${home}${action.path.slice(1)}` : action.path
  const { path, exists } = await realPath(isAbsolute(named) ? resolve(named) : resolve(workspace, named))
  return { ...action, path, ...(action.kind === 'file.write' && !exists ? { creates: true } : {}) }
}
