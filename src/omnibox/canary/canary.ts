import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { AppError } from '../../spec/app-error.ts'
import type { StaticTable } from '../../spec/net/static-table.ts'
import type { Box, Omnibox } from '../../spec/ports/box.ts'
import type { Clock } from '../../spec/ports/clock.ts'
import type { WayOut } from '../../spec/ports/way-out.ts'
import { type Bait, layBait } from './canary-bait.ts'
import type { Attempt } from './canary-program.ts'

/** What is to be tried on one system and not on others, and where its boxes have their proxy. */
export interface CanarySystem {
  /** @throws {AppError} 'unavailable' where it can not be tried */
  attempts(): Promise<readonly Attempt[]>
  /** Undefined where each box has its own, and names it to its programs. */
  readonly proxyPort: number | undefined
}

export interface CanaryPlace {
  readonly clock: Clock
  readonly system: CanarySystem
  /** Empty, in the user's home folder, and the caller's to remove. The omnibox hides `canaryPlaces(folder).hidden`. */
  readonly folder: string
  /** Anything that nobody could guess; letters and digits. */
  readonly word: string
  /** How `canary-program.ts` is run, and what of the disk that needs. */
  readonly program: readonly string[]
  readonly programs: readonly string[]
  /** Of the server that runs on this machine. Without one a service of the canary's own stands for it. */
  readonly controlPort: number | undefined
  /** Opens the way out under this table: it holds a rule for each place that must be out of reach all the same. */
  openWay(table: StaticTable): Promise<WayOut>
}

export interface CanaryResult {
  /** What was tried, as a sentence without its subject. */
  readonly name: string
  /** False as well for what could not be tried. */
  readonly blocked: boolean
  readonly detail: string
}

const limitMs = 60_000

/**
 * Puts up a box of profile `workspace` with a way out, and tries to get out of it: a way that is not blocked means that the sandbox does not hold.
 * @throws {AppError} 'unavailable' when there is no box, or nothing runs in it: then nothing is known
 */
export async function runCanary(omnibox: Omnibox, place: CanaryPlace): Promise<readonly CanaryResult[]> {
  const bait = await layBait(place.folder, place.word)
  try {
    const controlPort = place.controlPort ?? bait.tcpPort
    const attempts = [alive(bait), ...fileAttempts(bait), ...await place.system.attempts(), ...networkAttempts(bait, controlPort, place.system.proxyPort)]
    const way = await place.openWay(tableOf(controlPort))
    const box = await omnibox.open({ name: 'workspace', workspace: bait.workspace, home: bait.home, programs: place.programs, way })
    try {
      return await judge(attempts, await tryInside(box, attempts, { ...place, workspace: bait.workspace }))
    } finally {
      await box.close()
    }
  } finally {
    await bait.close()
  }
}

/** What it writes wherever it can. */
const trace = '# canary\n'

/** Not a way out: what can not even do this has tried nothing. */
const alive = ({ workspace }: Bait): Attempt => ({ name: 'writes in the work folder', do: 'append', path: join(workspace, 'notes'), text: trace })

function fileAttempts({ folder, workspace, hidden, decoy, word }: Bait): readonly Attempt[] {
  return [
    { name: 'reads a secret that is hidden in the work folder', do: 'read', path: join(hidden, 'secret'), word },
    { name: 'reads a file of the home folder', do: 'read', path: join(decoy, 'secret'), word },
    { name: 'reads it through a link in the work folder', do: 'read', path: join(workspace, 'link'), word },
    { name: 'changes a file of the home folder', do: 'append', path: join(decoy, 'secret'), text: trace },
    { name: 'writes beside the work folder', do: 'append', path: join(folder, 'made'), text: trace },
    { name: 'writes a git hook', do: 'append', path: join(workspace, '.git', 'hooks', 'pre-commit'), text: trace },
    { name: 'changes the repository’s configuration', do: 'append', path: join(workspace, '.git', 'config'), text: trace },
  ]
}

/** Belongs to nobody, ever: RFC 2606. */
const nowhere = 'canary.invalid'

function networkAttempts({ word, tcpPort, tcp6Port, udpPort, socketPath, abstractPath }: Bait, controlPort: number, proxyPort: number | undefined): readonly Attempt[] {
  const through = (url: string) => ({ do: 'get', url, proxy: proxyPort ?? 'named' } as const)
  return [
    { name: 'reaches a service of this machine over TCP', do: 'hear', at: { host: '127.0.0.1', port: tcpPort }, word },
    ...(tcp6Port === undefined ? [] : [{ name: 'reaches one over IPv6', do: 'hear', at: { host: '::1', port: tcp6Port }, word } as const]),
    { name: 'reaches one over UDP', do: 'hearUdp', port: udpPort, word },
    ...(socketPath === undefined ? [] : [{ name: 'reaches a unix socket of the home folder', do: 'hear', at: { path: socketPath }, word } as const]),
    ...(abstractPath === undefined ? [] : [{ name: 'reaches a unix socket without a file', do: 'hear', at: { path: abstractPath }, word } as const]),
    { name: 'reaches the control port', do: 'get', url: `http://127.0.0.1:${controlPort}/` },
    { name: 'reaches the control port through the gateway', ...through(`http://127.0.0.1:${controlPort}/`) },
    { name: 'reaches it there by its name', ...through(`http://localhost:${controlPort}/`) },
    { name: 'asks the gateway for what no rule allows', ...through(`http://${nowhere}/`) },
  ]
}

/** Rules that open the control port: the gateway has to refuse it whatever a rule says. */
const tableOf = (port: number): StaticTable => ({
  revision: 1, otherwise: 'deny', rules: ['127.0.0.1', 'localhost'].map((host) => ({ rule: 'canary', host, port, action: 'allow' })),
})

const Line = z.object({ name: z.string(), outcome: z.enum(['out', 'blocked', 'failed']), detail: z.string() })
type Line = z.infer<typeof Line>

interface Heard {
  readonly lines: ReadonlyMap<string, Line>
  /** Why there are not more. */
  readonly ended: string
}

async function tryInside(box: Box, attempts: readonly Attempt[], { program, workspace, clock, system }: Pick<CanaryPlace, 'program' | 'clock' | 'system'> & { readonly workspace: string }): Promise<Heard> {
  // The address of a proxy that is named is in the box's own environment.
  const [file = '', ...args] = system.proxyPort === undefined ? ['/bin/sh', '-c', 'exec "$@" "$http_proxy"', 'sh', ...program] : program
  const child = box.spawn({ file, args: [...args, JSON.stringify(attempts)], cwd: workspace, env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' } })
  const cancel = clock.after(limitMs, () => void child.stop(0))
  child.stdin.end()
  const [out, err, { code, startError }] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  cancel()
  const lines = out.trim().split('\n').flatMap((line) => readLine(line))
  return { lines: new Map(lines.map((line) => [line.name, line])), ended: startError ?? (err.trim().split('\n').at(-1) || `it ended with ${code}`) }
}

function readLine(line: string): Line[] {
  try {
    return [Line.parse(JSON.parse(line))]
  } catch {
    return [] // The attempt counts as not made.
  }
}

async function judge([first, ...rest]: readonly Attempt[], { lines, ended }: Heard): Promise<readonly CanaryResult[]> {
  const ran = first === undefined ? undefined : lines.get(first.name)
  if (ran?.outcome !== 'out') throw new AppError('unavailable', `Nothing can be tried in the box: ${ran?.detail ?? ended}`)
  return Promise.all(rest.map((attempt) => judgeOne(attempt, lines.get(attempt.name), ended)))
}

async function judgeOne(attempt: Attempt, line: Line | undefined, ended: string): Promise<CanaryResult> {
  const { name } = attempt
  if (line === undefined) return { name, blocked: false, detail: `could not be tried: ${ended}` }
  if (line.outcome === 'failed') return { name, blocked: false, detail: `could not be tried: ${line.detail}` }
  if (line.outcome === 'out' && attempt.do === 'append' && !(await isWritten(attempt.path))) return { name, blocked: true, detail: 'what it wrote stayed in the box' }
  return { name, blocked: line.outcome === 'blocked', detail: line.detail }
}

/** A box may have a folder of its own in that place: what counts is this machine's. */
const isWritten = (path: string): Promise<boolean> => readFile(path, 'utf8').then((found) => found.includes(trace), (error: NodeJS.ErrnoException) => error.code !== 'ENOENT')
