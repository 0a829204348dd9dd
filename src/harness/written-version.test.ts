import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { writtenVersion } from './written-version.ts'

async function installed(name: string, version: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'omni-version-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  await mkdir(join(dir, 'dist', 'bin'), { recursive: true })
  await writeFile(join(dir, 'package.json'), JSON.stringify({ name, version }))
  const file = join(dir, 'dist', 'bin', 'run.js')
  await writeFile(file, '')
  return file
}

it('reads the version of the package a program is in, through a link on the PATH as well', async () => {
  const file = await installed('@some/agent', '1.2.3')
  expect(await writtenVersion(file, '@some/agent')).toBe('1.2.3')
  const link = join(file, '..', 'agent')
  await symlink(file, link)
  expect(await writtenVersion(link, '@some/agent')).toBe('1.2.3')
})

it('takes a platform’s package for the main one, and no other for it', async () => {
  expect(await writtenVersion(await installed('@some/agent-linux-x64', '1.2.3-linux-x64'), '@some/agent')).toBe('1.2.3')
  expect(await writtenVersion(await installed('my-wrapper', '9.9.9'), '@some/agent')).toBeUndefined()
  expect(await writtenVersion('/usr/bin/env', '@some/agent')).toBeUndefined()
})
