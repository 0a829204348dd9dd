import { execFileSync } from 'node:child_process'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { modelProviders } from '../../../src/harness/providers/list-models.ts'
import type { LoginInside } from '../../../src/host/login-inside.ts'
import { insideOf } from '../../../src/host/inside.ts'
import { toolFolders } from '../../../src/host/tool-folders.ts'
import { createLinuxOmnibox } from '../../../src/omnibox/linux/linux-omnibox.ts'
import { createOffOmnibox } from '../../../src/omnibox/off/off-omnibox.ts'
import { emptyTable } from '../../../src/spec/net/static-table.ts'
import type { Gateway, GatewayWord, SessionWay } from '../../../src/spec/ports/gateway.ts'
import type { Box } from '../../../src/spec/ports/box.ts'
import type { HarnessAdapter, HarnessContext, HarnessSession, HarnessSignal, PromptImage, ProposedCall, Verdict } from '../../../src/spec/ports/harness.ts'
import { type ModelStub, startModelStub } from '../../model-stub/model-stub.ts'
import type { Step } from '../../model-stub/plan.ts'
import { countingIds } from '../../support/counting-ids.ts'
import { programFolder } from '../../support/install-vendor-programs.ts'
import { realClock } from '../../support/real-clock.ts'

/** What of its context a case may choose; the rest is the same for all. */
export type StartOptions = Partial<Pick<HarnessContext, 'authorize' | 'resume' | 'forkOf' | 'model' | 'effort' | 'file' | 'home' | 'workspace' | 'mcp' | 'instructions' | 'env' | 'inherit' | 'trusted' | 'signal' | 'quietMs'>> & {
  /** On the user's own configuration and login instead of a model route, with these variables. */
  readonly own?: Readonly<Record<string, string>>
  /** Signed in: what stands in the box for the login's file, and what the gateway knows of it. */
  readonly signedIn?: LoginInside
}

/** A picture of 16 by 16 red points, PNG in base64. */
export const redDot = 'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mP4z8BAEmIY1TCqYfhqAACQ+f8B8u7oVwAAAABJRU5ErkJggg=='
const parrotServer = join(import.meta.dirname, '..', '..', 'support', 'parrot-server.mjs')

const ownParts = ['src', 'node_modules', 'package.json', 'test/support'].map((name) => join(import.meta.dirname, '../../..', name))
const netnsProgram = [process.execPath, join(import.meta.dirname, '../../../src/omnibox/linux/netns-program.ts')]
let ways = 0

/**
 * One adapter, its real program, the model stub, a real box and a real git repository.
 */
export async function harnessWorld(adapter: HarnessAdapter, place: WorldPlace = {}) {
  const { gateway, routes = true } = place
  const dir = await mkdtemp(join(tmpdir(), `omni-conf-${adapter.id}-`))
  const workspace = join(dir, 'repo')
  const home = join(dir, 'home')
  await mkdir(workspace)
  await mkdir(home, { mode: 0o700 })
  await writeFile(join(workspace, 'README.md'), '# A sample\n')
  for (const args of [['init', '-q', '-b', 'main'], ['add', '.'], ['-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'start']]) execFileSync('git', args, { cwd: workspace })
  const stub: ModelStub = await startModelStub()
  ways += 1
  const way: SessionWay | undefined = await gateway?.open({ session: `ses_conf_${ways}`, secrets: [], services: [], table: emptyTable, patienceMs: place.patienceMs ?? 600_000 }, (word) => {
    if (word.type === 'net.wanted') way?.tell({ type: 'net.verdict', request: word.request.id, verdict: { type: 'deny', rule: 'test/no-network', message: 'There is no network in this test.' } })
    if (word.type === 'model.wanted') void answerOf(place, word).then((verdict) => way?.tell({ type: 'model.verdict', call: word.call, verdict }))
  })
  const ids = countingIds(`${process.pid}`)
  const box = way === undefined
    ? await createOffOmnibox({ clock: realClock, ids }).open({ name: 'off', workspace, home })
    : await createLinuxOmnibox({ clock: realClock, ids, machine: { secrets: [], state: join(dir, 'state') }, dir: join(dir, 'state', 'boxes'), netnsProgram, routes }).open({ name: 'workspace', workspace, home, way, writes: [dir], reads: [...toolFolders({ path: process.env['PATH'] ?? '', home: '/root', files: [process.execPath] })], programs: [programFolder, ...ownParts] })
  const signals: HarnessSignal[] = []
  const calls: ProposedCall[] = []
  let waiting: { fits: (signal: HarnessSignal) => boolean; resolve: (signal: HarnessSignal) => void }[] = []
  let seen = 0
  const ending = new AbortController()
  const started = Promise.withResolvers<void>()
  const watchedBox: Box = { id: box.id, attestation: box.attestation, spawn: (order) => (started.resolve(), box.spawn(order)), processes: () => box.processes(), endSince: (...when) => box.endSince(...when), close: () => box.close() }
  const sessions: HarnessSession[] = []
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', TMPDIR: tmpdir() }
  onTestFinished(async () => {
    ending.abort()
    await Promise.allSettled(sessions.map((session) => session.close()))
    await box.close()
    await way?.close()
    await stub.close()
    await rm(dir, { recursive: true, force: true })
  })
  const emit = (signal: HarnessSignal) => {
    signals.push(signal)
    for (const each of waiting.filter(({ fits }) => fits(signal))) each.resolve(signal)
    waiting = waiting.filter(({ fits }) => !fits(signal))
  }

  return {
    home,
    /** Resolves when an adapter has started a process. */
    untilStarted: () => started.promise,
    mcpServer: { command: process.execPath, args: [parrotServer], env: { PARROT_LOG: join(workspace, 'parrot.log') } },
    async folder(name: string): Promise<string> {
      const made = join(dir, name)
      await mkdir(made)
      return made
    },
    async image(name: string): Promise<PromptImage> {
      const file = join(dir, name)
      await writeFile(file, Buffer.from(redDot, 'base64'))
      return { file, mediaType: 'image/png', data: redDot }
    },
    workspace, box, stub, signals, calls, adapter,
    probe: (path?: string) => adapter.probe({ box, searchPath: '/nowhere', installDir: programFolder, env, ...(path === undefined ? {} : { path }) }),
    async start(options: StartOptions = {}): Promise<HarnessSession> {
      const readiness = await adapter.probe({ box, searchPath: '/nowhere', installDir: programFolder, env })
      if (readiness.state !== 'ready') throw new Error(`${adapter.id} is ${readiness.state}: ${readiness.reason}`)
      const { authorize = async (): Promise<Verdict> => ({ type: 'allow' }), signal = ending.signal, own, signedIn, ...chosen } = options
      const context: HarnessContext = {
        session: 'ses_conf', box: watchedBox, workspace, home, file: readiness.file, instructions: 'Follow the plan.', tools: ['read', 'edit', 'shell', 'web'], mcp: {},
        ...(own === undefined ? { route: { baseUrl: stub.url, apiKey: 'dummy-key' } } : {}), model: defaultModel(adapter.id), clock: realClock, signal, emit,
        ...chosen, env: { ...env, ...chosen.env, ...own },
        authorize: async (call) => {
          calls.push(call)
          return authorize(call)
        },
      }
      await mkdir(context.home, { recursive: true, mode: 0o700 })
      const session = await adapter.start(way === undefined ? context : inside({ ...context, ...(signedIn === undefined ? {} : { login: signedIn.text }) }, adapter, way, signedIn?.services))
      sessions.push(session)
      return session
    },
    /** Sends a plan and waits for its end; answers the signals since. */
    async run(session: HarnessSession, plan: readonly Step[], words = '', images: readonly PromptImage[] = []): Promise<readonly HarnessSignal[]> {
      const from = signals.length
      await session.prompt({ turn: `trn_${from}`, text: `${words} PLAN:${JSON.stringify(plan)}`, images })
      await this.next((signal) => signal.type === 'settled', from)
      return signals.slice(from)
    },
    /** The first signal from index `from` on that fits, here or still to come. */
    next(fits: (signal: HarnessSignal) => boolean, from = seen): Promise<HarnessSignal> {
      const here = signals.slice(from).find(fits)
      seen = signals.length
      return here === undefined ? new Promise((resolve) => waiting.push({ fits, resolve })) : Promise.resolve(here)
    },
  }
}
interface WorldPlace {
  /** The way out of a box with walls; without one there are no walls. */
  readonly gateway?: Gateway | undefined
  /** False: names alone lead out. */
  readonly routes?: boolean
  /** Of the gateway, with a call that nobody answers. */
  readonly patienceMs?: number
  /** Who is asked about calls to the model; without one each goes at once. */
  readonly askModel?: (call: ModelWanted) => Promise<Verdict>
}
type ModelWanted = Extract<GatewayWord, { type: 'model.wanted' }>
const answerOf = ({ askModel }: WorldPlace, call: ModelWanted): Promise<Verdict> => askModel?.(call) ?? Promise.resolve({ type: 'allow' })

export type HarnessWorld = Awaited<ReturnType<typeof harnessWorld>>

/** The same as the host does for a box with walls. */
function inside(context: HarnessContext, { credentialEnv }: HarnessAdapter, way: SessionWay, services: LoginInside['services'] = []): HarnessContext {
  const { route: _route, ...rest } = context
  const made = insideOf({ env: context.env, route: context.route, credentialEnv, providers: modelProviders, home: context.env['HOME'] ?? '/', standIn: (value) => `stand-in-for-${value.length}-${value.slice(0, 3)}` })
  way.tell({ type: 'settings', settings: { services: [...made.services, ...services], secrets: made.secrets } })
  return { ...rest, env: made.env, users: context.env, ...(made.route === undefined ? {} : { route: made.route }) }
}

/** Models whose tools the programs know; the stub answers to any. */
function defaultModel(id: string): string {
  return { 'claude-code': 'claude-sonnet-5', 'claude-sdk': 'claude-sonnet-5', codex: 'gpt-5.5' }[id] ?? 'stub-1'
}

export const textOf = (signals: readonly HarnessSignal[]): string => signals.flatMap((signal) => (signal.type === 'message' ? [signal.text] : [])).join('\n')
export const settledOf = (signals: readonly HarnessSignal[]) => signals.filter((signal) => signal.type === 'settled')
