import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { AppError } from '../spec/app-error.ts'
import { createOffOmnibox } from '../omnibox/off/off-omnibox.ts'
import type { Config } from './config.ts'
import { systemClock, systemIds } from './system-clock.ts'

const files: Readonly<Record<string, string>> = {
  'README.md': '# Tide table\n\nPrints the next high tides of a harbour.\n\n    node tide.js\n\nRun the checks with `node --test`.\n',
  'tide.js': "/** Next high tides after `from`, every 12 h 25 min. */\nexport function highTides(from, count = 4) {\n  const period = 12 * 60 + 25\n  return Array.from({ length: count }, (_, index) => new Date(from.getTime() + index * period * 60_000))\n}\n\nif (process.argv[1]?.endsWith('tide.js')) for (const tide of highTides(new Date('2026-01-01T03:10:00Z'))) console.log(tide.toISOString())\n",
  'tide.test.js': "import assert from 'node:assert/strict'\nimport { test } from 'node:test'\nimport { highTides } from './tide.js'\n\ntest('tides are 12 h 25 min apart', () => {\n  const [first, second] = highTides(new Date(0), 2)\n  assert.equal(second - first, 745 * 60_000)\n})\n",
  'package.json': '{ "name": "tide-table", "version": "1.0.0", "type": "module", "private": true, "scripts": { "test": "node --test" } }\n',
}

/** A small git repository to try things in, `~/omnigent-sample`; made once and then left as the user's own. Not in our own folder: no box sees that. */
export async function makeSampleRepository(config: Config): Promise<string> {
  const folder = join(config.environment['HOME'] ?? homedir(), 'omnigent-sample')
  if (existsSync(join(folder, '.git'))) return folder
  await mkdir(folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  // Git runs in a box here too: it is the one place that starts it.
  const box = await createOffOmnibox({ clock: systemClock, ids: systemIds }).open({ name: 'off', workspace: folder, home: folder })
  const identity = ['-c', 'user.name=Omnigent sample', '-c', 'user.email=sample@localhost', '-c', 'commit.gpgsign=false', '-c', 'core.hooksPath=/dev/null']
  try {
    for (const args of [['init', '-q', '-b', 'main'], ['add', '.'], [...identity, 'commit', '-q', '-m', 'Start the tide table']]) {
      const git = box.spawn({ file: 'git', args, cwd: folder, env: { PATH: config.environment['PATH'] ?? '/usr/bin:/bin', HOME: folder } })
      git.stdout.resume()
      const [problem, exit] = await Promise.all([text(git.stderr), git.exited])
      if (exit.code !== 0) throw new AppError('unavailable', `The sample repository needs git. ${exit.startError ?? problem}`.trim())
    }
  } finally {
    await box.close()
  }
  return folder
}
