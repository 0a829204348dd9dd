import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { modelProviders } from '../../src/harness/providers/list-models.ts'
import { createScriptedAdapter } from '../../src/harness/scripted/adapter.ts'
import { createHost } from '../../src/host/create-host.ts'
import type { HostOptions } from '../../src/host/host-options.ts'
import { createMemoryLink } from '../../src/host/link/memory-link.ts'
import type { MemoryLink } from '../../src/host/link/memory-link.ts'
import { createMemoryOutbox } from '../../src/host/outbox/memory-outbox.ts'
import type { MemoryDisk } from '../../src/host/outbox/memory-outbox.ts'
import { createOffOmnibox } from '../../src/omnibox/off/off-omnibox.ts'
import type { Box, Omnibox } from '../../src/spec/ports/box.ts'
import type { HostFact, NumberedFact, SessionSetup, ToEngine, ToHost } from '../../src/spec/ports/host-link.ts'
import { countingIds } from './counting-ids.ts'
import { realClock } from './real-clock.ts'

export const scriptedProgram = join(import.meta.dirname, '../../src/harness/scripted/program/main.ts')
type Of<Type extends HostFact['type']> = Extract<HostFact, { type: Type }>

/** A host with real boxes and the scripted harness; the test plays the engine at the other end of a memory link. */
export async function hostWorld(more: Partial<HostOptions> & { disk?: MemoryDisk; epoch?: string } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'omni-host-'))
  const workspace = join(dir, 'work')
  const homeDir = join(dir, 'home')
  await mkdir(workspace)
  await mkdir(homeDir)
  const disk = more.disk ?? { facts: [] }
  const boxes: Box[] = []
  const off = createOffOmnibox({ clock: realClock, ids: countingIds() })
  const omnibox: Omnibox = {
    async open(profile) {
      const box = await off.open(profile)
      boxes.push(box)
      return box
    },
  }
  const problems: string[] = []
  const host = createHost({
    id: 'hst_1', name: 'here', build: '0.0.0', adapters: [createScriptedAdapter({ node: process.execPath, program: scriptedProgram })],
    omnibox, outbox: createMemoryOutbox({ epoch: more.epoch ?? 'epo_1', disk }), clock: realClock, homeDir, installDir: join(dir, 'harnesses'),
    environment: { PATH: process.env['PATH'] ?? '', HOME: dir, SECRET_TOKEN: 'hidden' }, settings: { harness: async () => ({}) }, providers: modelProviders,
    log: (problem, cause) => problems.push(`${problem}: ${cause instanceof Error ? cause.message : String(cause)}`), ...more,
  })
  onTestFinished(async () => {
    await host.close()
    for (const box of boxes) await box.close()
    await rm(dir, { recursive: true })
  })
  const heard: ToEngine[] = []
  let link: MemoryLink | undefined
  const world = {
    host, workspace, homeDir, disk, boxes, problems, heard,
    /** How the engine answers calls; undefined leaves them waiting. */
    verdict: (_call: Of<'call.wanted'>): Extract<ToHost, { type: 'call.verdict' }>['verdict'] | undefined => ({ type: 'allow' }),
    acknowledges: true,
    connect() {
      const made = createMemoryLink()
      link = made
      made.engine.onMessage((message) => {
        heard.push(message)
        if (message.type !== 'fact') return
        if (world.acknowledges) made.engine.send({ type: 'ack', epoch: message.epoch, n: message.n })
        const { fact, session } = message
        const verdict = fact.type === 'call.wanted' ? world.verdict(fact) : undefined
        if (fact.type === 'model.wanted') made.engine.send({ type: 'model.verdict', session, call: fact.call, verdict: { type: 'allow' } })
        if (fact.type === 'net.wanted') made.engine.send({ type: 'net.verdict', session, request: fact.request.id, verdict: { type: 'allow', secrets: ['github'] } })
        if (fact.type === 'call.wanted' && verdict !== undefined) made.engine.send({ type: 'call.verdict', session, call: fact.call, verdict })
      })
      host.connect(made.host)
    },
    cut: () => link?.cut(),
    order: (message: ToHost) => link?.engine.send(message),
    run(turn: string, text: string | readonly object[], setup: Partial<SessionSetup> = {}) {
      world.order({
        type: 'turn.run', turn, text: typeof text === 'string' ? text : `PLAN:${JSON.stringify(text)}`, files: [],
        setup: {
          session: 'ses_1', tree: 'ses_1', harness: 'scripted', workspace: { mode: 'here', path: workspace }, instructions: '',
          tools: ['read', 'edit', 'shell'], env: { pass: [], set: {} }, mode: 'default', sandbox: { profile: 'off' }, skills: [], generation: 1, ...setup,
        },
      })
    },
    numbered: (): NumberedFact[] => heard.filter((message) => message.type === 'fact'),
    facts<Type extends HostFact['type']>(type: Type): Of<Type>[] {
      return world.numbered().map(({ fact }) => fact).filter((fact): fact is Of<Type> => fact.type === type)
    },
    /** Waits for the turn's end and gives it; fails when there are two. */
    async settled(turn: string): Promise<Of<'turn.settled'> | undefined> {
      const ends = () => world.numbered().filter((message) => message.turn === turn && message.fact.type === 'turn.settled')
      await expect.poll(() => ends().length, { timeout: 15_000 }).toBe(1)
      const fact = ends()[0]?.fact
      return fact?.type === 'turn.settled' ? fact : undefined
    },
    async commands(): Promise<string[]> {
      return (await Promise.all(boxes.map((box) => box.processes()))).flat().map(({ command }) => command)
    },
  }
  world.connect()
  return world
}
export type HostWorld = Awaited<ReturnType<typeof hostWorld>>
