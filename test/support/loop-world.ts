import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createOffOmnibox } from '../../src/omnibox/off/off-omnibox.ts'
import type { HarnessAdapter, HarnessContext, HarnessSession, HarnessSignal, PromptImage, ProposedCall, Verdict } from '../../src/spec/ports/harness.ts'
import { countingIds } from './counting-ids.ts'
import type { modelService } from './model-service.ts'
import { realClock } from './real-clock.ts'

/** A loop's real program in a real box, with a model service that answers as listed. */
export async function loopWorld(adapter: HarnessAdapter, service: Awaited<ReturnType<typeof modelService>>, file = '') {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'omni-loop-')))
  const workspace = join(dir, 'work')
  const home = join(dir, 'home')
  await mkdir(workspace)
  const box = await createOffOmnibox({ clock: realClock, ids: countingIds() }).open({ name: 'off', workspace, home })
  const signals: HarnessSignal[] = []
  const asked: ProposedCall[] = []
  let heard = () => undefined as void
  onTestFinished(async () => {
    await box.close()
    await rm(dir, { recursive: true, force: true })
  })
  const context: HarnessContext = {
    session: 'ses_1', box, workspace, home, file, env: { PATH: process.env['PATH'] ?? '', HOME: home }, instructions: 'Be good.',
    tools: ['read', 'edit', 'shell', 'web'], mcp: {}, model: 'm', route: { baseUrl: service.url, apiKey: 'placeholder' }, clock: realClock, signal: new AbortController().signal,
    authorize: async (call) => {
      asked.push(call)
      return { type: 'allow' } satisfies Verdict
    },
    emit: (signal) => {
      signals.push(signal)
      heard()
    },
  }
  const of = <Type extends HarnessSignal['type']>(type: Type) => signals.filter((signal): signal is Extract<HarnessSignal, { type: Type }> => signal.type === type)
  let turns = 0
  return {
    workspace, home, service, box, signals, asked, of, adapter, context,
    start: (more: Partial<HarnessContext> = {}): Promise<HarnessSession> => adapter.start({ ...context, ...more }),
    /** Sends a prompt and waits for its end. */
    async run(session: HarnessSession, text: string, images: readonly PromptImage[] = []) {
      const before = of('settled').length
      const over = Promise.withResolvers<void>()
      heard = () => (of('settled').length > before ? over.resolve() : undefined)
      await session.prompt({ turn: `trn_${(turns += 1)}`, text, images })
      await over.promise
      return of('settled').at(-1)
    },
  }
}
