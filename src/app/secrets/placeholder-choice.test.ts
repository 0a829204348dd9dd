import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { makePlaceholder } from '../../omnibox/gateway/placeholder.ts'
import { placeholderChoice, readPlaceholderKey } from './placeholder-choice.ts'

async function keyFile(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-placeholder-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return join(dir, 'host', 'placeholder-key')
}

it('makes one key for its owner only, also when many ask at once, and finds it again', async () => {
  const path = await keyFile()
  const keys = await Promise.all(Array.from({ length: 8 }, () => readPlaceholderKey(path)))
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
  expect(await readPlaceholderKey(path)).toEqual(keys[0])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(`${keys[0]?.toString('hex')}\n`).toBe(await readFile(path, 'utf8'))
})

it('does not make another key in place of a broken one', async () => {
  const path = await keyFile()
  await readPlaceholderKey(path)
  await writeFile(path, 'half')
  await expect(readPlaceholderKey(path)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('Delete it') })
})

it('gives the same stand-in for the same key, session and secret, and another one otherwise', () => {
  const value = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'
  const make = (key: string, session: string, secret: string, of = value) => makePlaceholder(of, placeholderChoice(Buffer.from(key), session, secret))
  const first = make('k1', 'ses_1', 'github')
  expect(first).toMatch(/^ghp_/)
  expect(make('k1', 'ses_1', 'github')).toBe(first)
  expect(new Set([first, make('k2', 'ses_1', 'github'), make('k1', 'ses_2', 'github'), make('k1', 'ses_1', 'github2'), make('k1', 'ses_1g', 'ithub')]).size).toBe(5)
  // A new token with letters and digits at the same places keeps its stand-in: programs that run go on.
  expect(make('k1', 'ses_1', 'github', 'ghp_99X8z99X999x9999X9999x999999Xz999X9z')).toBe(first)
})

it('chooses every number below the bound, evenly enough', () => {
  const pick = placeholderChoice(Buffer.from('key'), 'ses_1', 'x')
  const counts = new Map<number, number>()
  for (let index = 0; index < 5_200; index += 1) {
    const number = pick(26)
    counts.set(number, (counts.get(number) ?? 0) + 1)
  }
  expect(counts.size).toBe(26)
  expect(Math.min(...counts.values())).toBeGreaterThan(130)
  expect(Math.max(...counts.keys())).toBe(25)
})
