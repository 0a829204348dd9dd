import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readBaseline } from '../../src/app/policy-desk.ts'
import type { Planes } from '../../src/policy/facts.ts'
import { loadPolicies } from '../../src/spec/policy/load-policies.ts'
import { ordinaryCommands } from '../fixtures/shell/ordinary-commands.ts'
import type { ShellCase } from '../fixtures/shell/push-spellings.ts'
import { readLine } from './read-line.ts'
import { install, treeLog } from './tree-log.ts'

/** What the Omnibox will see for certain; simulated until it is there. */
const on: Planes = { wire: true, kernel: true, restore: true }
const off: Planes = { wire: false, kernel: false, restore: true }

/** The baseline and the fourth worked example, after an install. */
async function afterInstall(planes: Planes) {
  const loaded = loadPolicies('example', readFileSync('test/fixtures/policies/example-04.yaml'), 'server')
  const log = treeLog({ server: [...await readBaseline(), ...(loaded.ok ? loaded.policies : [])] }, planes)
  log.call([install()])
  return (each: ShellCase) => log.ask(readLine(each).actions)
}

it('asks about no ordinary command where the sandbox is on', async () => {
  const ask = await afterInstall(on)
  const asked = ordinaryCommands.filter((each) => ask(each).verdict === 'ask')
  expect(asked.map(({ line }) => line)).toEqual([])
})

it('asks about few where it is off', async () => {
  const ask = await afterInstall(off)
  const asked = ordinaryCommands.map((each) => ({ line: each.line, ...ask(each) })).filter(({ verdict }) => verdict === 'ask')
  process.stdout.write(`ordinary commands asked about without a sandbox: ${asked.length} of ${ordinaryCommands.length}\n${asked.map(({ line, rules }) => `  ${line.split('\n')[0]}: ${rules.map(({ rule }) => rule).join(' ')}\n`).join('')}`)
  expect(asked.length / ordinaryCommands.length).toBeLessThanOrEqual(0.05)
  expect(ordinaryCommands.length).toBeGreaterThanOrEqual(300)
})

it('makes one card of one push', async () => {
  const ask = await afterInstall(off)
  for (const line of ['git push', 'git push origin main && git push --tags', "bash -c 'git push'"]) {
    const { verdict, rules } = ask({ line })
    expect([line, verdict, rules.map(({ rule }) => rule)]).toEqual([line, 'ask', ['server/baseline.push-asks', 'server/push-after-install']])
  }
})
