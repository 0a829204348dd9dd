import { join } from 'node:path'
import type { Box } from '../spec/ports/box.ts'
import type { HarnessAdapter, HarnessReadiness } from '../spec/ports/harness.ts'
import type { Credential, Readiness } from '../spec/ports/host-link.ts'
import type { HostOptions } from './host-options.ts'
import { limitText, maxNoteBytes } from './limit-text.ts'
import { programSettings } from './program-settings.ts'

type ProbeOptions = Pick<HostOptions, 'clock' | 'environment' | 'settings' | 'providers' | 'installDir'>

const probeMs = 15_000

/** Looks whether an adapter's program is here; never throws, and never takes longer than 15 s. */
export async function checkProgram(adapter: HarnessAdapter, box: Box, options: ProbeOptions, quick = false): Promise<HarnessReadiness> {
  const { clock, environment, installDir } = options
  const late = Promise.withResolvers<HarnessReadiness>()
  const fix = 'Run "omni harness doctor" to look into it.'
  const cancel = clock.after(probeMs, () => late.resolve({ state: 'broken', reason: `${adapter.title} did not answer within ${probeMs / 1_000} s.`, fix }))
  const answer = programSettings(adapter, options).then(({ settings: { path }, env }) => adapter.probe({ box, searchPath: environment['PATH'] ?? '', installDir, env, quick, ...(path === undefined ? {} : { path }) })).catch((error: unknown): HarnessReadiness => {
    return { state: 'broken', reason: error instanceof Error ? error.message : String(error), fix }
  })
  const readiness = await Promise.race([answer, late.promise])
  cancel()
  return readiness
}

/** Asks every adapter, all at once, in a box of its own. */
export async function checkAllPrograms(options: HostOptions): Promise<Readiness[]> {
  const { adapters, omnibox, homeDir } = options
  const box = await omnibox.open({ name: 'off', workspace: homeDir, home: join(homeDir, 'readiness') })
  try {
    const all = await Promise.all(adapters.map(async (adapter) => ({ adapter, readiness: await checkProgram(adapter, box, options), credential: await credentialOf(adapter, options) })))
    return all.map(({ adapter, readiness, credential }) => withCredential(adapter, describe(adapter, readiness), credential))
  } finally {
    await box.close()
  }
}

function describe(adapter: HarnessAdapter, readiness: HarnessReadiness): Readiness {
  const { id, title } = adapter
  const note = (text: string) => limitText(text, maxNoteBytes).text
  if (readiness.state === 'ready') return { harness: id, title, state: 'ready', version: readiness.version, notes: readiness.notes.map(note) }
  const version = readiness.version === undefined ? {} : { version: note(readiness.version) }
  return { harness: id, title, state: readiness.state, reason: note(readiness.reason), fix: note(readiness.fix), notes: [], ...version }
}

async function credentialOf(adapter: HarnessAdapter, options: ProbeOptions): Promise<Credential | undefined> {
  // A configuration that can not be used is the probe's answer already.
  return programSettings(adapter, options).then(({ credential }) => credential, () => undefined)
}

/** How to sign in is told only where nothing is there to sign in with. */
function withCredential({ program }: HarnessAdapter, readiness: Readiness, credential: Credential | undefined): Readiness {
  if (credential === undefined) return readiness
  const has = credential.kind !== 'none' && credential.kind !== 'unknown'
  return { ...readiness, credential, notes: readiness.notes.filter((note) => !has || note !== program?.signIn) }
}
