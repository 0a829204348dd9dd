import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdapters } from '../src/app/harness-registry.ts'
import { createOffOmnibox } from '../src/omnibox/off/off-omnibox.ts'
import type { HarnessSignal } from '../src/spec/ports/harness.ts'
import { countingIds } from '../test/support/counting-ids.ts'
import { programFolder } from '../test/support/install-vendor-programs.ts'
import { realClock } from '../test/support/real-clock.ts'
import { programBeside } from './built-package.ts'
import { modelOf } from './omni-world.ts'

export interface BareProgram {
  /** Milliseconds from the prompt to the first text; resolves when the turn is over. */
  turn(text: string): Promise<number>
  close(): Promise<void>
}

/** Where an installed program is; the same answer for all later starts, as a host remembers it. */
export async function findBareProgram(id: string, { modelUrl, entry }: { readonly modelUrl: string; readonly entry: string }) {
  const adapter = createAdapters({ node: process.execPath, programOf: (harness) => programBeside(entry, harness), ownAcp: {} }).find((each) => each.id === id)
  if (adapter === undefined) throw new Error(`no adapter ${id}`)
  const dir = await mkdtemp(join(tmpdir(), `omni-bare-${id}-`))
  const env = { PATH: process.env['PATH'] ?? '', HOME: dir, LANG: 'C.UTF-8', TMPDIR: tmpdir() }
  const omnibox = createOffOmnibox({ clock: realClock, ids: countingIds(`${process.pid}`) })
  const workspace = join(dir, 'repo')
  await mkdir(workspace)
  const box = await omnibox.open({ name: 'off', workspace, home: dir })
  const asked = performance.now()
  const readiness = await adapter.probe({ box, searchPath: '/nowhere', installDir: programFolder, env })
  if (readiness.state !== 'ready') throw new Error(`${id} is ${readiness.state}: ${readiness.reason}`)
  const probeMs = performance.now() - asked
  let starts = 0
  return {
    /** Milliseconds that running it for its version took. */
    probeMs,
    /** The bare harness: its adapter's own start and prompt, and nothing of ours behind it. */
    async start(): Promise<BareProgram> {
      const home = join(dir, `home-${starts += 1}`)
      await mkdir(home, { mode: 0o700 })
      const ending = new AbortController()
      let hear: (signal: HarnessSignal) => void = () => undefined
      const session = await adapter.start({
        session: 'ses_bare', box, workspace, home, file: readiness.file, env, instructions: 'Be brief.', tools: ['read', 'edit', 'shell'], mcp: {},
        route: { baseUrl: modelUrl, apiKey: 'dummy-key' }, model: modelOf[id] ?? 'stub-1', clock: realClock, signal: ending.signal,
        emit: (signal) => hear(signal), authorize: async () => ({ type: 'allow' }),
      })
      let turns = 0
      return {
        async turn(text) {
          const [first, settled] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()]
          hear = (signal) => {
            if (signal.type === 'text') first.resolve(performance.now())
            if (signal.type === 'settled') settled.resolve()
          }
          const started = performance.now()
          await session.prompt({ turn: `trn_${turns += 1}`, text, images: [] })
          const at = await first.promise
          await settled.promise
          return at - started
        },
        async close() {
          ending.abort()
          await session.close()
        },
      }
    },
    async close() {
      await box.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
