import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Envelope } from '../../src/spec/events/envelope.ts'
import { startModelStub } from '../model-stub/model-stub.ts'
import { vendorModels } from '../support/live-session.ts'
import { nestedPlan, omniCall } from '../support/nested-plan.ts'
import { omniCli } from '../support/omni-cli.ts'

it('has three vendors’ programs write at once, each on a branch of its own, and nothing of the user’s moves', async () => {
  const stub = await startModelStub()
  onTestFinished(() => stub.close())
  const cli = await omniCli({ modelUrl: stub.url })
  const git = (...args: readonly string[]): string => execFileSync('git', [...args], { cwd: cli.folder, encoding: 'utf8' })
  writeFileSync(join(cli.dir, '.gitconfig'), '[user]\n  name = Me\n  email = me@test\n')
  git('init', '-q', '-b', 'main')
  writeFileSync(join(cli.folder, 'README.md'), '# A sample\n')
  git('add', '.')
  git('-c', 'user.name=me', '-c', 'user.email=me@test', 'commit', '-qm', 'first')
  writeFileSync(join(cli.folder, 'mine.txt'), 'not committed\n')
  const before = [git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('config', '--list', '--local')]
  const names = Object.keys(vendorModels)
  const file = join(cli.dir, 'lead.yaml')
  writeFileSync(file, [
    'name: lead', 'prompt: Follow the plan.', 'harness: pi', 'model: stub-1', 'tools: [read, delegate]', 'sub_agents:',
    ...names.map((name) => `  - {name: ${name}, prompt: Follow the plan., harness: ${name}, model: ${vendorModels[name]}, tools: [read, edit, shell]}`), '',
  ].join('\n'))
  const task = (name: string) => nestedPlan([
    { shell: `echo "by ${name}" > ${name}.txt && git add . && git commit -qm "by ${name}" && git branch --list --all | cat && echo x > left-${name}.txt` },
    { shell: `git update-ref refs/heads/main HEAD; git branch -f main HEAD; git config user.name evil; ls mine.txt` }, { say: `${name} is done` },
  ])
  const plan = `PLAN:[${[...names.map((name) => omniCall('delegate', `{"agent":"${name}","title":"Add ${name}","task":${task(name)}}`)), omniCall('wait'), '{"say":"all are done"}'].join(',')}]`
  const { stdout } = await cli.run(['run', file, '--json', '-p', plan])
  const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as Envelope)
  const made = events.filter(({ type }) => type === 'worktree.made').map(({ data }) => data as { branch: string; path: string; hadChanges: boolean })
  expect(made).toHaveLength(3)
  expect(made.every(({ hadChanges }) => hadChanges)).toBe(true)
  const told = events.filter(({ type }) => type === 'inbox.posted').map(({ data }) => data as { handle: string; outcome: string; branch: string })
  expect(told.map(({ handle }) => handle).toSorted()).toEqual(names.toSorted())
  for (const { handle, outcome, branch } of told) expect([handle, outcome, branch]).toEqual([handle, 'completed', expect.stringMatching(/^omni\/\S+: 1 commit, 1 file, \+1 −0\. 1 changed file is not committed/)])
  // Each is a branch of the user's, from where he stands, and holds what its author committed.
  for (const name of names) {
    const branch = made.find(({ branch: each }) => each.includes(`add-${name}`))?.branch ?? ''
    expect(git('show', `${branch}:${name}.txt`)).toBe(`by ${name}\n`)
    expect(git('rev-parse', `${branch}~1`)).toBe(before[0])
    expect(git('log', '-1', '--format=%an', branch).trim()).toBe('Me')
    expect(git('ls-tree', '--name-only', branch)).not.toContain('mine.txt')
  }
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(4)
  expect([git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('config', '--list', '--local')]).toEqual(before)
  expect(readFileSync(join(cli.folder, 'mine.txt'), 'utf8')).toBe('not committed\n')
  // A child sees its own branch and no other.
  const outputs = events.filter(({ type, session }) => type === 'tool.completed' && session !== events[0]?.session).map(({ data }) => JSON.stringify(data))
  const seen = outputs.map((text) => new Set(text.match(/omni\/[\w./-]+/g) ?? [])).filter(({ size }) => size > 0)
  expect(seen.map(({ size }) => size)).toEqual([1, 1, 1])
}, 300_000)
