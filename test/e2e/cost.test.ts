import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { UsageReport } from '../../src/spec/api/usage.ts'
import { omniCli } from '../support/omni-cli.ts'

const plan = (usage: object) => `PLAN:${JSON.stringify([{ say: 'done' }, { usage }])}`

it('tells what sessions cost: at the shipped prices, at one’s own, and where no price is known', async () => {
  const cli = await omniCli()
  const file = join(cli.home, 'server.yaml')
  await writeFile(file, 'prices:\n  house/*: {input: 3, output: 0}\n')
  const empty = await cli.run(['cost'])
  expect(empty).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('No model call') })
  for (const model of ['claude-sonnet-5', 'house/large', 'nobody-knows-it']) {
    expect((await cli.run(['run', 'hello', '--harness', 'scripted', '--model', model, '-p', plan({ input: 1_000_000, output: 100_000 })])).code).toBe(0)
  }
  const overview = await cli.run(['cost'])
  expect(overview.code).toBe(0)
  // $2 + $1 for the one, $3 for the other.
  expect(overview.stdout).toMatch(/^Today +\$6\.00 \+ +3 calls/)
  expect(overview.stdout).toMatch(/By model\n.*claude-sonnet-5 +\$3\.00/)
  expect(overview.stdout).toMatch(/house\/large +\$3\.00/)
  expect(overview.stdout).toMatch(/By session\n +ses_/)
  expect(overview.stderr).toContain(`1 call of model nobody-knows-it has no known price: add it under prices: in ${file}`)
  const byDay = JSON.parse((await cli.run(['cost', '--by', 'harness', '--since', '1d', '--json'])).stdout) as UsageReport
  expect(byDay).toMatchObject({ by: 'harness', total: { calls: 3, unpriced: 1, microUsd: 6_000_000 }, groups: [{ key: 'scripted', calls: 3 }] })
  expect((await cli.run(['cost', '--by', 'agent'])).stdout).toMatch(/hello +\$6\.00 \+ .*\nTotal/)
  expect(await cli.run(['cost', '--by', 'week'])).toMatchObject({ code: 2, stderr: expect.stringContaining('day, model, harness, agent, session') })
  expect(await cli.run(['cost', '--since', 'ever'])).toMatchObject({ code: 2, stderr: expect.stringContaining('7d') })
}, 240_000)

it('does not start on prices that are wrong, and says where', async () => {
  const cli = await omniCli()
  await writeFile(join(cli.home, 'server.yaml'), 'prices:\n  house: {input: 3}\n')
  const { code, stderr } = await cli.run(['server', 'start'])
  const log = join(cli.home, 'logs', 'server.log')
  expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining(log)])
  expect(code).not.toBe(0)
  expect(await readFile(log, 'utf8')).toContain('prices.house needs "output"')
}, 120_000)
