import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLinuxOmnibox } from '../../src/omnibox/linux/linux-omnibox.ts'
import { boxCases } from '../conformance/box/box-cases.ts'
import { countingIds } from '../support/counting-ids.ts'
import { realClock } from '../support/real-clock.ts'

async function openBox(workspace: string, name: 'workspace' | 'open') {
  const state = await mkdtemp(join(tmpdir(), 'omni-state-'))
  onTestFinished(() => rm(state, { recursive: true, force: true }))
  const home = await mkdtemp(join(tmpdir(), 'omni-home-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [join(homedir(), '.ssh')], state }, dir: join(state, 'boxes'), netnsProgram: [] }).open({ name, workspace, home })
}

describe.each(['workspace', 'open'] as const)('a box of profile %s', (name) => {
  boxCases((workspace) => openBox(workspace, name), { startsThroughBwrap: true })

  it('attests what holds', async () => {
    expect((await openBox(await mkdtemp(join(tmpdir(), 'omni-work-')), name)).attestation).toMatchObject({ profile: name, advisory: false, processes: 'namespace' })
  })
})
