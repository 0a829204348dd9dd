import { expect, it } from 'vitest'
import { readBaseline } from '../../src/app/policy-desk.ts'
import type { Action } from '../../src/spec/actions.ts'
import { seed, share } from '../support/lane.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { obfuscate } from './obfuscate.ts'
import { readLine, reasonsOf } from './read-line.ts'
import { treeLog } from './tree-log.ts'

const commands = [
  'git push', 'git push origin main', 'git push --force origin main', 'git push --delete origin old', 'git -C sub push', 'git commit -m words', 'npm install left-pad', 'npm i --ignore-scripts left-pad', 'npm publish', 'pip3 install requests', 'cargo publish',
  'cat /home/me/.ssh/id_rsa', 'rm -f /work/app/notes.md', 'cp /etc/hosts /work/app/hosts', 'curl -X POST -d hello https://example.org/hook', 'curl https://example.org/', 'wget -q https://example.org/a.tgz', 'gh pr create', 'docker push acme/app', 'ssh host.example uptime', 'twine upload dist/a.whl', 'tee /work/app/out.txt',
]

const strictness = ['allow', 'warn', 'ask', 'deny'] as const

/** What a rule can be about, but for `exec`: the many programs on the way differ. */
const strict = (actions: readonly Action[]): readonly string[] => actions.filter(({ kind }) => kind !== 'exec').map((action) => JSON.stringify(action)).toSorted()

it('reads a line written in another way as the same, or says that it cannot tell', () => {
  const random = seededRandom(`obfuscate/${seed}`)
  const count = share('obfuscated lines', 2_000, 40_000)
  const wrong: string[] = []
  let doubted = 0
  for (let index = 0; index < count; index += 1) {
    const command = commands[index % commands.length] ?? ''
    const line = obfuscate(command, random)
    const reading = readLine({ line })
    if (reasonsOf(reading).length > 0) doubted += 1
    else if (strict(reading.actions).join('\n') !== strict(readLine({ line: command }).actions).join('\n')) wrong.push(`${command} => ${line}\n${strict(reading.actions).join('\n')}`)
  }
  process.stdout.write(`obfuscated lines: ${doubted} of ${count} doubted\n`)
  expect(wrong.slice(0, 5)).toEqual([])
  expect(doubted / count).toBeLessThan(0.2)
})

it('is decided no more mildly than as it was written, but for an ask in place of a no', async () => {
  const random = seededRandom(`obfuscated verdicts/${seed}`)
  const count = share('verdicts on obfuscated lines', 1_000, 20_000)
  const log = treeLog({ server: [...await readBaseline(), { name: 'no-force', type: 'git', match: { verb: 'push', force: true }, action: 'deny' }, { name: 'no-delete', type: 'git', match: { verb: 'push', delete: true }, action: 'deny' }, { name: 'no-publish', type: 'package', match: { verb: 'publish' }, action: 'deny' }] }, { wire: false, kernel: false, restore: true })
  const verdictOf = (line: string) => strictness.indexOf(log.ask(readLine({ line }).actions).verdict)
  const ask = strictness.indexOf('ask')
  const milder: string[] = []
  for (let index = 0; index < count; index += 1) {
    const command = commands[index % commands.length] ?? ''
    const line = obfuscate(command, random)
    if (verdictOf(line) < Math.min(ask, verdictOf(command))) milder.push(`${command} => ${line}`)
  }
  expect(milder.slice(0, 5)).toEqual([])
})
