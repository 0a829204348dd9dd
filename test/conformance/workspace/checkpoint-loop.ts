import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createOffOmnibox } from '../../../src/omnibox/off/off-omnibox.ts'
import { createWorkspaces } from '../../../src/workspace/open-workspaces.ts'
import { countingIds } from '../../support/counting-ids.ts'
import { realClock } from '../../support/real-clock.ts'

// Makes checkpoints until it is killed: `node checkpoint-loop.ts WORK HOME SHADOW`. Prints the number and id of each that was made.
const [workspace = '', home = '', shadow = ''] = process.argv.slice(2)
const box = await createOffOmnibox({ clock: realClock, ids: countingIds() }).open({ name: 'off', workspace, home })
const opened = await createWorkspaces({ clock: realClock, searchPath: '/usr/bin:/bin:/usr/local/bin' }).open({ box, workspace, home, shadow })
for (let round = 1; ; round += 1) {
  await writeFile(join(workspace, 'counter'), `round ${round}\n`)
  const { id } = await opened.checkpoint(`round ${round}`)
  process.stdout.write(`${round} ${id}\n`)
}
