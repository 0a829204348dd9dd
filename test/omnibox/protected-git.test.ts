import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { createLinuxOmnibox } from '../../src/omnibox/linux/linux-omnibox.ts'
import { countingIds } from '../support/counting-ids.ts'
import { realClock } from '../support/real-clock.ts'

/** A repository that was made without the folder of hooks, and a box on it. */
async function repository() {
  const dir = await mkdtemp(join(tmpdir(), 'omni-hooks-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const [workspace, home, state] = [join(dir, 'work'), join(dir, 'home'), join(dir, 'state')]
  for (const folder of [workspace, home, state]) await mkdir(folder)
  execFileSync('git', ['init', '-q', '--template=', '-b', 'main', workspace])
  return {
    workspace, git: join(workspace, '.git'),
    async run(name: 'workspace' | 'read-only', script: string): Promise<string> {
      const box = await createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [], state }, dir: join(state, 'boxes'), netnsProgram: [] }).open({ name, workspace, home })
      const process = box.spawn({ file: 'sh', args: ['-c', `exec 2>&1; ${script}`], cwd: workspace, env: { PATH: '/usr/bin:/bin', HOME: home } })
      const said = await text(process.stdout)
      await box.close()
      return said
    },
  }
}
const plant = 'mkdir -p .git/hooks; echo evil > .git/hooks/pre-commit'

it('lets no hook be put where no folder of hooks was', async () => {
  const { git, run } = await repository()
  expect(existsSync(join(git, 'hooks'))).toBe(false)
  expect(await run('workspace', `${plant}; mv .git/hooks .git/old; rmdir .git/hooks; touch f; git add f; git -c user.name=a -c user.email=a@b.test commit -qm one; git log --format=%s`)).toMatch(/Read-only file system[^]*one\n$/)
  expect(await readdir(join(git, 'hooks'))).toEqual([])
})

it('makes none where nothing is written', async () => {
  const { git, run } = await repository()
  expect(await run('read-only', plant)).toContain('Read-only file system')
  expect(existsSync(join(git, 'hooks'))).toBe(false)
})

it('leaves a folder of hooks as it is', async () => {
  const { git, run } = await repository()
  await mkdir(join(git, 'hooks'))
  await writeFile(join(git, 'hooks/pre-commit'), '#!/bin/sh\necho the hook ran\n')
  await chmod(join(git, 'hooks/pre-commit'), 0o755)
  expect(await run('workspace', `${plant}; touch f; git add f; git -c user.name=a -c user.email=a@b.test commit -qm one`)).toContain('the hook ran')
})

it('holds in submodules, and in those of theirs', async () => {
  const { workspace, git, run } = await repository()
  const inner = (...args: readonly string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.test', '-c', 'protocol.file.allow=always', ...args], { stdio: 'pipe' })
  const deep = join(workspace, '..', 'deep')
  const sub = join(workspace, '..', 'sub')
  for (const folder of [deep, sub]) {
    inner('init', '-q', folder)
    inner('-C', folder, 'commit', '-q', '--allow-empty', '-m', 'one')
  }
  inner('-C', sub, 'submodule', '--quiet', 'add', deep, 'deep')
  inner('-C', sub, 'commit', '-q', '-m', 'two')
  inner('-C', workspace, 'submodule', '--quiet', 'add', sub, 'lib/sub')
  inner('-C', workspace, 'submodule', '--quiet', 'update', '--init', '--recursive')
  const modules = ['modules/lib/sub', 'modules/lib/sub/modules/deep']
  expect(modules.map((module) => existsSync(join(git, module, 'HEAD')))).toEqual([true, true])
  const tries = modules.flatMap((module) => [`echo evil > .git/${module}/hooks/post-checkout`, `echo evil >> .git/${module}/config`, `python3 -c 'import os; os.rename(".git/${module}", ".git/moved")'`])
  const said = await run('workspace', [...tries, `python3 -c 'import os; os.rename(".git/modules/lib", ".git/lib")'`, `python3 -c 'import os; os.rename(".git/modules", ".git/mods")'`, 'cd lib/sub; touch f; git add f; git -c user.name=a -c user.email=a@b.test commit -qm three; git log -1 --format=%s'].join('; '))
  expect(said.match(/Read-only file system|resource busy|cross-device/g)).toHaveLength(8)
  expect(said).toMatch(/three\n$/)
  expect((await readdir(join(git, modules[1] ?? '', 'hooks'))).includes('post-checkout')).toBe(false)
})

it('puts up no box where it could not keep them', async () => {
  const { git, run } = await repository()
  await symlink('/not/there', join(git, 'hooks'))
  await expect(run('workspace', 'true')).rejects.toMatchObject({ code: 'unavailable' })
  const other = await repository()
  for (let n = 0; n <= 5_000; n += 1) await mkdir(join(other.git, 'modules', `m${n}`), { recursive: true })
  await expect(other.run('workspace', 'true')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('hooks of all submodules') })
})

it('keeps a repository in its place where a folder above it may be written', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'omni-above-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const [data, workspace, home, state] = [join(dir, 'data'), join(dir, 'data/one/two/app'), join(dir, 'home'), join(dir, 'state')]
  for (const folder of [workspace, home, state]) await mkdir(folder, { recursive: true })
  execFileSync('git', ['init', '-q', workspace])
  const box = await createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [], state }, dir: join(state, 'boxes'), netnsProgram: [] }).open({ name: 'workspace', workspace, home, writes: [data] })
  onTestFinished(() => box.close())
  const run = async (script: string): Promise<string> => text(box.spawn({ file: 'sh', args: ['-c', `exec 2>&1; ${script}`], cwd: home, env: { PATH: '/usr/bin:/bin' } }).stdout)
  const move = (path: string) => `python3 -c 'import os; os.rename("${path}", "${path}-moved")' 2>&1 | grep -o "resource busy"`
  expect(await run(['data/one', 'data/one/two', 'data/one/two/app', 'data/one/two/app/.git'].map((path) => move(join(dir, path))).join(';'))).toBe('resource busy\n'.repeat(4))
  expect(await run(`echo x > ${workspace}/.git/hooks/pre-commit; echo x > ${workspace}/.git/config; echo x > ${workspace}/file; echo x > ${data}/one/file && cat ${workspace}/file ${data}/one/file`)).toMatch(/(?:Read-only file system\n[^]*){2}x\nx\n$/)
})
