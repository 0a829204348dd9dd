import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openProjectGrants } from './project-grants.ts'

const grant = { grant: 'apr_1', rule: 'server/push', hash: 'h', kind: 'git.push', pattern: { repo: 'acme/app' } } as const
let dir = ''
let path = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'omni-grants-'))
  path = join(dir, 'state', 'project-grants.json')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const open = (problems: string[] = []) => openProjectGrants(path, (problem) => problems.push(problem))

it('allows at once, keeps it for the next start, and only for its folder', async () => {
  const grants = open()
  grants.add('/work/app', grant)
  expect(grants.of('/work/app')).toEqual([grant])
  await grants.saved()
  expect(open().of('/work/app')).toEqual([grant])
  expect(open().of('/work')).toEqual([])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

it('takes back for good', async () => {
  const grants = open()
  grants.add('/work/app', grant)
  grants.add('/work/app', { ...grant, grant: 'apr_2' })
  grants.remove('apr_1')
  await grants.saved()
  expect(open().of('/work/app').map((each) => each.grant)).toEqual(['apr_2'])
})

it.each([
  ['others could have written', async () => chmod(path, 0o644)],
  ['cannot be read', async () => writeFile(path, '{')],
])('allows nothing by a file that %s, says so, and leaves it', async (_name, spoil) => {
  const first = open()
  first.add('/work/app', grant)
  await first.saved()
  await spoil()
  const before = await readFile(path, 'utf8')
  const problems: string[] = []
  const grants = open(problems)
  expect(grants.of('/work/app')).toEqual([])
  expect(problems).toEqual([expect.stringContaining(path)])
  grants.add('/work/app', grant)
  await expect(grants.saved()).rejects.toThrow(path)
  expect(await readFile(path, 'utf8')).toBe(before)
})
