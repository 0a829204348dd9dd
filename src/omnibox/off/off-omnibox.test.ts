import { describe, expect, it } from 'vitest'
import { boxCases } from '../../../test/conformance/box/box-cases.ts'
import { countingIds } from '../../../test/support/counting-ids.ts'
import { realClock } from '../../../test/support/real-clock.ts'
import { detectLauncher } from './detect-launcher.ts'
import type { LauncherKind } from './launcher.ts'
import { createOffOmnibox } from './off-omnibox.ts'

const allKinds: LauncherKind[] = ['bwrap', 'unshare', 'group']
const kinds = (await Promise.all(allKinds.map((kind) => detectLauncher([kind])))).flatMap((launcher) => launcher?.kind ?? [])

describe.each(kinds)('a box kept together by %s', (kind) => {
  const open = (workspace: string) => createOffOmnibox({ clock: realClock, ids: countingIds(`${process.pid}`), launchers: [kind] }).open({ name: 'off', workspace, home: workspace })
  boxCases(open, { startsThroughBwrap: kind === 'bwrap' })

  it('attests what holds', async () => {
    expect((await open('/tmp')).attestation).toMatchObject({ profile: 'off', advisory: true, processes: kind === 'group' ? 'group' : 'namespace' })
  })
})

it('refuses every profile it cannot put in place', async () => {
  const omnibox = createOffOmnibox({ clock: realClock, ids: countingIds(`${process.pid}`) })
  await expect(omnibox.open({ name: 'workspace', workspace: '/tmp', home: '/tmp' })).rejects.toMatchObject({ code: 'unavailable' })
})
