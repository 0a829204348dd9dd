import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { branchName, isBranchName } from './branch-name.ts'

const hostile = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ unit: 'grapheme', maxLength: 300 }), fc.constantFrom('', '-', '--', '.', '..', '@', '@{', 'HEAD', 'a.lock', '/', '//', 'a/../b', '~^:?*[\\', '\0', '\n', '-x', 'ß', 'İ', 'refs/heads/x', '２', 'ﬀ', '\u0345', '💥'))

it.each([
  ['Fix the login page', 'omni/tree-1/fix-the-login-page'], ['Ünïcode — Ärger', 'omni/tree-1/unicode-arger'], ['../../etc/passwd', 'omni/tree-1/etc-passwd'], ['--upload-pack=x', 'omni/tree-1/upload-pack-x'], ['a.lock', 'omni/tree-1/a-lock'], ['💥', 'omni/tree-1/task'], ['', 'omni/tree-1/task'],
])('%j', (title, name) => {
  expect(branchName('Tree 1', title, [])).toBe(name)
})

it.each([
  [['omni/t/a'], 'omni/t/a-2'], [['omni/t/a', 'omni/t/a-2'], 'omni/t/a-3'], [['OMNI/T/A'], 'omni/t/a-2'], [['omni/t/a/more'], 'omni/t/a-2'], [['omni/t'], 'omni/t-2/a'], [['omni'], 'omni-2/t/a'], [['omni', 'omni-2', 'omni-3/t/a'], 'omni-3/t/a-2'], [['omni/t/ab', 'omni/tt', 'omnia'], 'omni/t/a'],
])('with %j taken: %s', (taken, name) => {
  expect(branchName('t', 'a', taken)).toBe(name)
})

it('is a branch name for git, whatever the texts are, and stands beside all that are taken', () => {
  fc.assert(fc.property(hostile, hostile, fc.array(fc.tuple(hostile, hostile), { maxLength: 6 }), fc.subarray(['omni', 'omni/x', 'OMNI/tree', 'omni/tree/task/deeper', 'omni-2']), (tree, title, others, more) => {
    const taken = [...more]
    for (const [otherTree, otherTitle] of [...others, [tree, title] as const]) taken.push(branchName(otherTree, otherTitle, taken))
    const name = branchName(tree, title, taken)
    expect(isBranchName(name)).toBe(true)
    expect(Buffer.byteLength(name)).toBeLessThan(200)
    const [low, all] = [name.toLowerCase(), taken.map((each) => each.toLowerCase())]
    expect(all.filter((each) => each === low || each.startsWith(`${low}/`) || low.startsWith(`${each}/`))).toEqual([])
    // @see git-check-ref-format(1)
    expect(name).not.toMatch(/[\u0000-\u0020~^:?*[\\\u007f-\uffff]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|^[-/]|[/.]$/)
  }), { numRuns: 2_000 })
})

it('git takes them', () => {
  const dir = mkdtempSync(join(tmpdir(), 'omni-names-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=u', '-c', 'user.email=u@example.org', ...args], { cwd: dir, encoding: 'utf8', stdio: 'pipe' })
  git('init', '-q')
  git('commit', '-q', '--allow-empty', '-m', 'one')
  for (const [tree, title] of fc.sample(fc.tuple(hostile, hostile), { numRuns: 30, seed: 7 })) {
    const name = branchName(tree, title, git('for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads').split('\n'))
    git('check-ref-format', '--branch', name)
    git('branch', name)
  }
  expect(git('branch', '--list', 'omni/*').trim().split('\n')).toHaveLength(30)
})
