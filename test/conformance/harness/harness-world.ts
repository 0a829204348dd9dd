import { execFileSync } from 'node:child_process'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createOffOmnibox } from '../../../src/omnibox/off/off-omnibox.ts'
import type { HarnessAdapter, HarnessContext, HarnessSession, HarnessSignal, ProposedCall, Verdict } from '../../../src/spec/ports/harness.ts'
import type { ProjectPart } from '../../../src/spec/trust/project-parts.ts'
import { type ModelStub, startModelStub } from '../../model-stub/model-stub.ts'
import type { Step } from '../../model-stub/plan.ts'
import { countingIds } from '../../support/counting-ids.ts'
import { programFolder } from '../../support/install-vendor-programs.ts'
import { realClock } from '../../support/real-clock.ts'

export interface StartOptions {
  readonly authorize?: (call: ProposedCall) => Promise<Verdict>
  readonly resume?: string
  readonly model?: string
  readonly file?: string
  /** On the user's own configuration and login instead of a model route, with these variables. */
  readonly own?: Readonly<Record<string, string>>
  readonly inherit?: 'user' | 'none'
  readonly trusted?: readonly ProjectPart[]
}

/** One adapter, its real program, the model stub, a real box and a real git repository. */
export async function harnessWorld(adapter: HarnessAdapter) {
  const dir = await mkdtemp(join(tmpdir(), `omni-conf-${adapter.id}-`))
  const workspace = join(dir, 'repo')
  const home = join(dir, 'home')
  await mkdir(workspace)
  await mkdir(home, { mode: 0o700 })
  await writeFile(join(workspace, 'README.md'), '# A sample\n')
  for (const args of [['init', '-q', '-b', 'main'], ['add', '.'], ['-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'start']]) execFileSync('git', args, { cwd: workspace })
  const stub: ModelStub = await startModelStub()
  const box = await createOffOmnibox({ clock: realClock, ids: countingIds(`${process.pid}`) }).open({ name: 'off', workspace, home })
  const signals: HarnessSignal[] = []
  const calls: ProposedCall[] = []
  let waiting: { fits: (signal: HarnessSignal) => boolean; resolve: (signal: HarnessSignal) => void }[] = []
  let seen = 0
  const ending = new AbortController()
  const sessions: HarnessSession[] = []
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', TMPDIR: tmpdir() }
  onTestFinished(async () => {
    ending.abort()
    await Promise.allSettled(sessions.map((session) => session.close()))
    await box.close()
    await stub.close()
    await rm(dir, { recursive: true, force: true })
  })
  const emit = (signal: HarnessSignal) => {
    signals.push(signal)
    for (const each of waiting.filter(({ fits }) => fits(signal))) each.resolve(signal)
    waiting = waiting.filter(({ fits }) => !fits(signal))
  }

  return {
    workspace, box, stub, signals, calls, adapter,
    probe: (path?: string) => adapter.probe({ box, searchPath: '/nowhere', installDir: programFolder, env, ...(path === undefined ? {} : { path }) }),
    async start(options: StartOptions = {}): Promise<HarnessSession> {
      const readiness = await adapter.probe({ box, searchPath: '/nowhere', installDir: programFolder, env })
      if (readiness.state !== 'ready') throw new Error(`${adapter.id} is ${readiness.state}: ${readiness.reason}`)
      const context: HarnessContext = {
        session: 'ses_conf', box, workspace, home, file: options.file ?? readiness.file, env: { ...env, ...options.own }, instructions: 'Follow the plan.', tools: ['read', 'edit', 'shell', 'web'],
        ...(options.own === undefined ? { route: { baseUrl: stub.url, apiKey: 'dummy-key' } } : {}), model: options.model ?? defaultModel(adapter.id), clock: realClock, signal: ending.signal, emit,
        ...(options.inherit === undefined ? {} : { inherit: options.inherit }), ...(options.trusted === undefined ? {} : { trusted: options.trusted }),
        ...(options.resume === undefined ? {} : { resume: options.resume }),
        authorize: async (call) => {
          calls.push(call)
          return options.authorize === undefined ? { type: 'allow' } : options.authorize(call)
        },
      }
      const session = await adapter.start(context)
      sessions.push(session)
      return session
    },
    /** Sends a plan and waits for its end; answers the signals since. */
    async run(session: HarnessSession, plan: readonly Step[], words = ''): Promise<readonly HarnessSignal[]> {
      const from = signals.length
      await session.prompt({ turn: `trn_${from}`, text: `${words} PLAN:${JSON.stringify(plan)}` })
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
export type HarnessWorld = Awaited<ReturnType<typeof harnessWorld>>

/** Models whose tools the programs know; the stub answers to any. */
function defaultModel(id: string): string {
  return { 'claude-code': 'claude-sonnet-4-5', codex: 'gpt-5.5' }[id] ?? 'stub-1'
}

export const textOf = (signals: readonly HarnessSignal[]): string => signals.flatMap((signal) => (signal.type === 'message' ? [signal.text] : [])).join('\n')
export const settledOf = (signals: readonly HarnessSignal[]) => signals.filter((signal) => signal.type === 'settled')
