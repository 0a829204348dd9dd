import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { createLinuxOmnibox } from '../../src/omnibox/linux/linux-omnibox.ts'
import { countingIds } from '../support/counting-ids.ts'
import { realClock } from '../support/real-clock.ts'

/** A box whose work folder has these files, each with its name in it; some are hidden by the agent's file, some as secrets of the machine. */
async function world({ files, hides = [], secrets = [], reads = [], writes = [], name = 'workspace' }: { files: readonly string[]; hides?: readonly string[]; secrets?: readonly string[]; reads?: readonly string[]; writes?: readonly string[]; name?: 'workspace' | 'read-only' }) {
  const dir = await mkdtemp(join(tmpdir(), 'omni-hidden-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const [workspace, home, state] = [join(dir, 'work'), join(dir, 'home'), join(dir, 'state')]
  for (const folder of [home, state]) await mkdir(folder)
  for (const file of files) {
    await mkdir(dirname(join(workspace, file)), { recursive: true })
    await writeFile(join(workspace, file), `this is ${file}\n`)
  }
  const at = (paths: readonly string[]) => paths.map((path) => join(workspace, path))
  const box = await createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: at(secrets), state }, dir: join(state, 'boxes'), netnsProgram: [] }).open({ name, workspace, home, hides: at(hides), reads: at(reads), writes: at(writes) })
  onTestFinished(() => box.close())
  const run = async (script: string): Promise<string> => {
    const process = box.spawn({ file: 'sh', args: ['-c', `exec 2>&1; ${script}`], cwd: workspace, env: { PATH: '/usr/bin:/bin' } })
    const said = await text(process.stdout)
    expect((await process.exited).startError).toBeUndefined()
    return said
  }
  return { workspace, box, run }
}

it.each(['workspace', 'read-only'] as const)('opens no such file and shows such a folder empty in profile %s, says so, and leaves the disk as it is', async (name) => {
  const { workspace, box, run } = await world({ name, files: ['a.pem', 'keys/k', 'keys/deep/k', 'plain'], hides: ['a.pem', 'keys', 'not-there'] })
  expect(await run('cat a.pem; ls keys; cat plain')).toBe('cat: a.pem: Permission denied\nthis is plain\n')
  expect(await run('echo x > a.pem; echo x > keys/new; rm -rf keys a.pem; true')).toMatch(/keys|a\.pem/)
  expect([await readFile(join(workspace, 'a.pem'), 'utf8'), await readFile(join(workspace, 'keys/deep/k'), 'utf8'), existsSync(join(workspace, 'keys/new')), existsSync(join(workspace, 'not-there'))]).toEqual(['this is a.pem\n', 'this is keys/deep/k\n', false, false])
  expect(box.attestation.notes.join(' ')).toContain('3 paths are hidden in it')
})

it('covers a part of a secret that the agent’s file names', async () => {
  const files = ['../ssh/id', '../ssh/deep/k', '../data/d']
  const { run } = await world({ files: [...files, 'plain'], secrets: ['../ssh'], reads: ['../ssh/id', '../data'], writes: ['../ssh/deep'] })
  expect(await run('cat ../ssh/id; ls ../ssh/deep; echo x > ../ssh/deep/new; cat ../data/d plain')).toMatch(/^cat: \.\.\/ssh\/id: Permission denied\n[^\n]*deep\/new[^\n]*\nthis is \.\.\/data\/d\nthis is plain\n$/)
  await expect(world({ files: ['plain'], secrets: ['.'] })).rejects.toThrow('is where secrets are kept')
})

it('keeps folders that lead to it where they are: the next program would see it elsewhere', async () => {
  const { run } = await world({ files: ['one/two/three/k', 'one/other/x', '.config/gh/hosts.yml'], hides: ['one/two/three/k'], secrets: ['.config/gh/hosts.yml'] })
  const move = (path: string) => `python3 -c 'import os; os.rename("${path}", os.path.join(os.path.dirname("${path}"), "moved"))' 2>&1 | grep -o "resource busy"`
  expect(await run(['one', 'one/two', 'one/two/three', 'one/two/three/k', '.config', '.config/gh', '.config/gh/hosts.yml'].map(move).join(';'))).toBe('resource busy\n'.repeat(7))
  expect(await run('grep -rhs "this is" .')).toBe('this is one/other/x\n')
  // What does not lead there is anybody's to move.
  expect(await run('mv one/other one/else && cat one/else/x')).toBe('this is one/other/x\n')
})

it('makes nothing on the disk in the place of what is gone', async () => {
  const { workspace, run } = await world({ files: ['keys/k', 'a.pem'], hides: ['keys', 'a.pem'] })
  for (const path of ['keys', 'a.pem']) await rm(join(workspace, path), { recursive: true })
  expect(await run('ls -A')).toBe('')
  expect([existsSync(join(workspace, 'keys')), existsSync(join(workspace, 'a.pem'))]).toEqual([false, false])
})
