import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { UsageReport } from '../../src/spec/api/usage.ts'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { type ModelStub, startModelStub } from '../model-stub/model-stub.ts'
import { vendorModels } from '../support/live-session.ts'
import { omniCli } from '../support/omni-cli.ts'

/** Three real programs in their boxes, all at once, and the model service's own book as judge. */
async function world(serverFile: string) {
  const stub = await startModelStub()
  onTestFinished(() => stub.close())
  const cli = await omniCli({ modelUrl: stub.url })
  await writeFile(join(cli.home, 'server.yaml'), serverFile)
  await cli.run(['server', 'start'])
  return {
    stub, cli,
    async run(harness: string, steps: readonly object[]) {
      const file = join(cli.dir, `${harness}.yaml`)
      await writeFile(file, `name: own\nprompt: Follow the plan.\nharness: ${harness}\nmodel: ${vendorModels[harness]}\n`)
      const { stdout } = await cli.run(['run', file, '--json', '-p', `PLAN:${JSON.stringify(steps)}`])
      return stdout.trim().split('\n').map((line) => JSON.parse(line) as Envelope)
    },
    usage: async () => JSON.parse((await cli.run(['cost', '--by', 'model', '--json'])).stdout) as UsageReport,
  }
}

const called = (stub: ModelStub, prefix: string) => stub.requests.filter(({ asked, told }) => told !== undefined && asked?.model.startsWith(prefix) === true)
const settled = (events: readonly Envelope[]) => events.flatMap(({ type, data }) => (type === 'money.settled' ? [data as { source: string; estimated?: boolean }] : []))

it('adds up to the micro-dollar what the service told, with calls that were cut, tried again, cached, made beside the work, and not priced', async () => {
  // In micro-dollars a call: $3, $15 and $0.30 for a million of input, output and cached input; $1.25, $10 and $0.125.
  const { stub, run, usage } = await world('baseline: false\nprices:\n  claude-*: {input: 3, output: 15, cache_read: 0.3}\n  gpt-*: {input: 1.25, output: 10, cache_read: 0.125}\n')
  const logs = await Promise.all([
    run('claude-code', [{ say: 'ab', cut: true }, { shell: 'echo one' }, { say: 'done' }]),
    run('codex', [{ error: { status: 429, times: 1, headers: { 'retry-after': '0' } } }, { shell: 'echo two' }, { say: 'done' }]),
    run('pi', [{ shell: 'echo three' }, { say: 'done' }]),
  ])
  for (const events of logs) expect(events.findLast(({ type }) => type === 'turn.ended')).toMatchObject({ data: { outcome: 'completed' } })
  const [claude, gpt, unpriced] = [called(stub, 'claude-'), called(stub, 'gpt-'), called(stub, 'stub-')]
  // What was to happen did.
  expect(claude.some(({ told }) => told?.output === 1)).toBe(true)
  expect(stub.requests.some(({ asked, told }) => asked?.model.startsWith('gpt-') === true && told === undefined)).toBe(true)
  expect([claude.length > 2, gpt.length > 1, unpriced.length > 1]).toEqual([true, true, true])
  const sum = (calls: typeof claude, price: (told: { input: number; output: number; cacheRead: number }) => number) => calls.reduce((all, { told }) => all + (told === undefined ? 0 : price(told)), 0)
  const owed = sum(claude, ({ input, output, cacheRead }) => input * 3 + output * 15 + cacheRead * 0.3) + sum(gpt, ({ input, output, cacheRead }) => (input - cacheRead) * 1.25 + output * 10 + cacheRead * 0.125)
  const report = await usage()
  expect(report.total).toMatchObject({ microUsd: owed, calls: claude.length + gpt.length + unpriced.length, unpriced: unpriced.length })
  expect(new Set(logs.flatMap(settled).map(({ source }) => source))).toEqual(new Set(['metered']))
  expect(logs.map((events) => settled(events).filter(({ estimated }) => estimated === true).length)).toEqual([1, 0, 0])
}, 180_000)

it('holds a hard limit over all of them, whoever calls when', async () => {
  const cap = 20_000_000
  // One call that the service answers costs 1.2 to 1.4 dollars; held back before it are thousands of tokens more.
  const { stub, run, usage } = await world(`baseline: false
prices:
  claude-*: {input: 1000, output: 0}
  gpt-*: {input: 1000, output: 0}
  stub-*: {input: 1000, output: 0}
policies:
  - {name: hard-cap, type: cost, scope: server, op: ge, value: ${cap / 1_000_000}, count_reserved: true, unpriced: deny, action: deny}
`)
  const steps = [...Array.from({ length: 12 }, (_, index) => ({ shell: `echo ${index}` })), { say: 'done' }]
  const logs = await Promise.all(Object.keys(vendorModels).map((harness) => run(harness, steps)))
  const paid = called(stub, '').reduce((all, { asked, told }) => all + ((told?.input ?? 0) + (asked?.model.startsWith('claude-') === true || asked?.model.startsWith('stub-') === true ? (told?.cacheRead ?? 0) : 0)) * 1_000, 0)
  const report = await usage()
  expect(report.total.microUsd).toBe(paid)
  // Passed by one call at most.
  expect(paid).toBeLessThan(cap + 1_400_000)
  // It is the limit that ended them, and not before somebody had called.
  expect(paid).toBeGreaterThan(0)
  expect(JSON.stringify(logs)).toContain('server/hard-cap')
}, 180_000)
