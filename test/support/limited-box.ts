import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createCertificateAuthority } from '../../src/omnibox/gateway/certificates.ts'
import { groupPlaces, thisMachine } from '../../src/omnibox/linux/group-places.ts'
import { createLinuxOmnibox, type Walls } from '../../src/omnibox/linux/linux-omnibox.ts'
import type { BoxLimits } from '../../src/spec/box-limits.ts'
import type { BoxProfile } from '../../src/spec/ports/box.ts'
import { countingIds } from './counting-ids.ts'
import { realClock } from './real-clock.ts'

/** A box with these limits and a network of its own that leads nowhere, as the user that we are. */
export async function limitedBox(limits: BoxLimits, { walls, ...more }: Partial<Pick<BoxProfile, 'reads'>> & { readonly name?: 'workspace' | 'open'; readonly walls?: Walls } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'omni-limits-'))
  const [workspace, home] = [await mkdtemp(join(tmpdir(), 'omni-work-')), await mkdtemp(join(tmpdir(), 'omni-home-'))]
  const remove = async () => {
    for (const folder of [dir, workspace, home]) await rm(folder, { recursive: true, force: true })
  }
  const way = { root: createCertificateAuthority({ session: 'ses_1', now: () => realClock.now() }).root, serve: async () => async () => undefined }
  const omnibox = createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [], state: join(dir, 'state') }, dir: join(dir, 'boxes'), netnsProgram: [] }, walls)
  const box = await omnibox.open({ name: 'workspace', workspace, home, way, limits, ...more }).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  const start = (script: string) => box.spawn({ file: 'sh', args: ['-c', `exec 2>&1; ${script}`], cwd: workspace, env: { PATH: '/usr/bin:/bin' } })
  return {
    box, start,
    async run(script: string): Promise<string> {
      const child = start(script)
      const said = await text(child.stdout)
      await child.exited
      return said
    },
    async close() {
      await box.close()
      await remove()
    },
  }
}

/** Names of the control groups that the host with this number has made. */
export const groupsOf = (pid: number): string[] => groupPlaces(thisMachine).flatMap(({ folder }) => readdirSync(folder).filter((name) => new RegExp(`^omnigent-\\d+-${pid}-`).test(name)))

/** Starts sleeping processes until it may not, at most 120, and says how many. */
export const forksUntilRefused = `python3 -c '
import os, time
made = 0
try:
    while made < 120:
        if os.fork() == 0:
            time.sleep(300)
            os._exit(0)
        made += 1
except BlockingIOError:
    pass
print(made, flush=True)'`
