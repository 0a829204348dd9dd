import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { SessionSecret } from '../../src/spec/ports/session-secrets.ts'
import { gitBackend } from '../omnibox/gateway/git-backend.ts'
import { findSecret } from '../support/find-secret.ts'
import { walledSession } from '../support/walled-session.ts'

const token = 'ghp_RealToken0123456789abcdefgh'
const placeholder = 'ghp_OMNIToken0123456789abcdefgh'.slice(0, token.length)

/** A session in a box, and a git server that wants a password. */
async function pushWorld() {
  const remotes = mkdtempSync(join(tmpdir(), 'omni-remotes-'))
  onTestFinished(() => rmSync(remotes, { recursive: true, force: true }))
  mkdirSync(join(remotes, 'acme'))
  for (const name of ['app.git', 'other.git']) {
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', join(remotes, 'acme', name)])
    execFileSync('git', ['-C', join(remotes, 'acme', name), 'config', 'http.receivepack', 'true'])
  }
  const secret: SessionSecret = { name: 'github', value: token, placeholder, hosts: ['git.test', 'mirror.test'], env: ['GITHUB_TOKEN'], uses: ['git.test', 'mirror.test'].map((host) => ({ host, use: { secret: 'github', form: 'basic', user: 'x-access-token' } })) }
  const made = await walledSession({
    serve: gitBackend(remotes, { user: 'x-access-token', password: token }), secret,
    policies: (address) => [
      { name: 'ours', type: 'network', match: { url: `${address('git.test')}/acme/app.git/**` }, refs: ['refs/heads/agent/*'], use_secret: 'github', action: 'allow' },
      { name: 'with-a-person', type: 'network', match: { url: `${address('git.test')}/acme/app.git/**`, method: ['POST'] }, refs: ['refs/heads/hidden'], use_secret: 'github', action: 'ask', admit: true },
      { name: 'no-delete', type: 'git', match: { verb: 'push', delete: true }, action: 'deny', message: 'Branches are not deleted.' },
      { name: 'elsewhere', type: 'network', default: 'ask' },
      // Opens the port to look at, for a repository that nobody may write to unasked.
      { name: 'read', type: 'network', match: { url: `${address('*.test')}/**`, method: ['GET'] }, use_secret: 'github', action: 'allow' },
    ],
  })
  execFileSync('git', ['init', '-q', '-b', 'main', made.workspace])
  return { ...made, refs: (name: string) => execFileSync('git', ['-C', join(remotes, 'acme', name), 'for-each-ref', '--format=%(refname)'], { encoding: 'utf8' }).trim().split('\n').filter((line) => line !== '') }
}

it('pushes with a token that only the gateway has, as far as the rules go, and says why not where they end', async () => {
  const { run, refs, address, world, session, workspace, home } = await pushWorld()
  await run(`git config --global http.proxy http://127.0.0.1:3128; git config --global user.name a; git config --global user.email a@b.test; echo one > f; git add f; git commit -qm one; git remote add origin ${address('git.test')}/acme/app.git 2>/dev/null; true`)
  const at = `${address('git.test')}/acme/app.git`
  const pushed = await run(`git push ${at} HEAD:refs/heads/agent/one 2>&1`)
  expect([pushed.cards, refs('app.git')]).toEqual([[], ['refs/heads/agent/one']])
  // Another branch, another repository, another host: asked, and the no is told in git's own words.
  for (const line of [`git push ${at} HEAD:refs/heads/main`, `git push ${address('git.test')}/acme/other.git HEAD:refs/heads/agent/one`, `git push ${address('mirror.test')}/acme/app.git HEAD:refs/heads/agent/two`]) {
    const { output, cards } = await run(`${line} 2>&1`)
    expect([line, cards.length > 0, /remote rejected|ERR|omnibox/.test(output)]).toEqual([line, true, true])
  }
  const deleted = await run(`git push ${at} :refs/heads/agent/one 2>&1`)
  expect([deleted.output.includes('Branches are not deleted'), refs('app.git'), refs('other.git')]).toEqual([true, ['refs/heads/agent/one'], []])
  // The same, where no reader of command lines could see it.
  writeFileSync(join(workspace, 'p.py'), `import subprocess\nsubprocess.run(['git', 'pu' + 'sh', '${at}', 'HEAD:refs/heads/hidden'])\n`)
  writeFileSync(join(workspace, 'Makefile'), `go:\n\t@git pu$(EMPTY)sh ${at} HEAD:refs/heads/hidden\n`)
  for (const line of ['python3 p.py', 'make -s go', `git -c alias.go='!git pu""sh' go ${at} HEAD:refs/heads/hidden`]) {
    const { cards } = await run(`${line} 2>&1`)
    expect([line, cards.some((title) => title.startsWith('git push hidden to')), refs('app.git')]).toEqual([line, true, ['refs/heads/agent/one']])
  }
  expect((await run('python3 p.py 2>&1', 'allow')).cards).toHaveLength(1)
  expect(refs('app.git')).toEqual(['refs/heads/agent/one', 'refs/heads/hidden'])
  for (const place of [workspace, home]) expect(findSecret(token, [place])).toEqual([])
  const used = (await world.log(session)).filter(({ type }) => type === 'secret.used').map(({ data }) => data as { secret: string; form: string; host: string })
  expect([used.length > 0, used.every(({ secret, form }) => secret === 'github' && form === 'basic')]).toEqual([true, true])
}, 120_000)
