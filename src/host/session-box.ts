import { mkdir, realpath } from 'node:fs/promises'
import type { Box, Omnibox } from '../spec/ports/box.ts'
import type { HostFact } from '../spec/ports/host-link.ts'
import type { SessionWatch } from './session-watch.ts'

interface BoxPlace {
  readonly omnibox: Omnibox
  /** The session's private folder; made when missing. */
  readonly home: string
  readonly watch: Pick<SessionWatch, 'begin'>
  fact(fact: HostFact): void
}

/** The place that a session's programs run in. What it keeps them from is told, and its work folder looked at from here on. */
export async function openSessionBox({ omnibox, home, watch, fact }: BoxPlace, workspace: string): Promise<Box> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const box = await omnibox.open({ name: 'off', workspace, home })
  const { profile, processes, advisory, notes } = box.attestation
  const real = await realpath(workspace).catch(() => workspace)
  fact({ type: 'box.attested', profile, processes, advisory, notes: [...notes], workspace: real })
  watch.begin(real)
  return box
}
