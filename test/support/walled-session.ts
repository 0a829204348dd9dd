import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { createScriptedAdapter } from '../../src/harness/scripted/adapter.ts'
import { modelProviders } from '../../src/harness/providers/list-models.ts'
import { createHost } from '../../src/host/create-host.ts'
import { createMemoryLink } from '../../src/host/link/memory-link.ts'
import { createMemoryOutbox } from '../../src/host/outbox/memory-outbox.ts'
import { createLinuxOmnibox } from '../../src/omnibox/linux/linux-omnibox.ts'
import { createOffOmnibox } from '../../src/omnibox/off/off-omnibox.ts'
import { createOmnibox } from '../../src/omnibox/omnibox.ts'
import { readEvent } from '../../src/spec/events/session-event.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import type { SessionSecret } from '../../src/spec/ports/session-secrets.ts'
import { countingIds } from './counting-ids.ts'
import { engineWorld, person } from './engine-world.ts'
import { scriptedProgram } from './host-world.ts'
import { plainAgent } from './plain-agent.ts'
import { serverPolicies } from './policy-of.ts'
import { realClock } from './real-clock.ts'
import { namedServer } from './named-server.ts'
import { openTestGateway } from './test-gateway.ts'

const parts = ['src', 'node_modules', 'package.json'].map((name) => join(import.meta.dirname, '../..', name))
const netnsProgram = [process.execPath, join(import.meta.dirname, '../../src/omnibox/linux/netns-program.ts')]

interface WalledOptions {
  /** The internet: every host of `*.test`, over TLS. It is at a port that no box leads out of by itself: programs go by the proxy, `http://127.0.0.1:3128`. */
  readonly serve: RequestListener
  readonly policies: (address: (host: string) => string) => Policy[]
  readonly secret?: SessionSecret
  /** Of one turn. */
  readonly patienceMs?: number
}

/** A session of shell lines in a box, its real engine, host and gateway, and an internet of the test's own. */
export async function walledSession({ serve, policies, secret, patienceMs = 30_000 }: WalledOptions) {
  const dir = mkdtempSync(join(tmpdir(), 'omni-walled-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const [workspace, rootFile, state] = [join(dir, 'work'), join(dir, 'root.pem'), join(dir, 'state')]
  for (const folder of [workspace, state]) mkdirSync(folder)
  const server = await namedServer(serve)
  writeFileSync(rootFile, server.root)
  const gateway = await openTestGateway(rootFile)
  const address = (host: string) => `https://${host}:${server.port}`
  const world = await engineWorld({ policies: serverPolicies(policies(address)) })
  const ids = countingIds()
  const host = createHost({
    id: 'hst_1', name: 'here', build: '0', adapters: [createScriptedAdapter({ node: process.execPath, program: scriptedProgram })], outbox: createMemoryOutbox({ epoch: 'epo_1', disk: { facts: [] } }), clock: realClock, homeDir: join(dir, 'home'), installDir: join(dir, 'harnesses'),
    omnibox: createOmnibox({ proof: async () => undefined, off: createOffOmnibox({ clock: realClock, ids }), walled: createLinuxOmnibox({ clock: realClock, ids, machine: { secrets: [], state }, dir: join(state, 'boxes'), netnsProgram }) }),
    gateway, secrets: async () => ({ secrets: secret === undefined ? [] : [secret], warnings: [] }), ownPrograms: parts, environment: { PATH: process.env['PATH'] ?? '', HOME: dir, LANG: 'C.UTF-8' }, settings: { harness: async () => ({}) }, providers: modelProviders, log: () => undefined,
  })
  const link = createMemoryLink()
  world.engine.acceptHost(link.engine)
  host.connect(link.host)
  onTestFinished(async () => {
    await host.close()
    await gateway.close()
    server.close()
  })
  const { session } = await world.engine.create({ id: 'one', agent: plainAgent('walled', secret === undefined ? {} : { secrets: { [secret.name]: {} } }), harness: 'scripted', sandbox: 'workspace', workspace: { mode: 'here', path: workspace } }, person)
  let turns = 0
  return {
    world, session, workspace, address, dir, rootFile, home: join(dir, 'home'),
    /** Runs one line; a person answers what is asked. Gives what the agent read, and the titles of the cards. */
    async run(line: string, answer: 'allow' | 'deny' = 'deny'): Promise<{ output: string; cards: string[] }> {
      turns += 1
      const cards = new Map<string, string>()
      await world.command(session, { type: 'turn.start', text: `Turn ${turns}. PLAN:${JSON.stringify([{ shell: line }])}` })
      await expect.poll(async () => {
        const view = await world.view(session)
        for (const ask of view.asks) {
          if (cards.has(ask.approval)) continue
          cards.set(ask.approval, ask.title)
          await world.command(session, { type: 'approval.answer', approval: ask.approval, digest: ask.digest, answer })
        }
        return view.turn === undefined && view.counts.turns === turns
      }, { timeout: patienceMs }).toBe(true)
      const log = (await world.log(session)).map(readEvent)
      const done = log.findLast((event) => event.type === 'tool.completed' && !event.data.call.startsWith('req_'))
      const output = done?.type === 'tool.completed' ? done.data.output : { text: '' }
      return { output: 'text' in output ? output.text : output.head, cards: [...cards.values()] }
    },
  }
}
