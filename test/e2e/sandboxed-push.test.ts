import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { createScriptedAdapter } from '../../src/harness/scripted/adapter.ts'
import { modelProviders } from '../../src/harness/providers/list-models.ts'
import { createHost } from '../../src/host/create-host.ts'
import { createMemoryLink } from '../../src/host/link/memory-link.ts'
import { createMemoryOutbox } from '../../src/host/outbox/memory-outbox.ts'
import { createCertificateAuthority } from '../../src/omnibox/gateway/certificates.ts'
import { createLinuxOmnibox } from '../../src/omnibox/linux/linux-omnibox.ts'
import { createOffOmnibox } from '../../src/omnibox/off/off-omnibox.ts'
import { createOmnibox } from '../../src/omnibox/omnibox.ts'
import { readEvent } from '../../src/spec/events/session-event.ts'
import type { Policy } from '../../src/spec/policy/policy-schema.ts'
import type { SessionSecret } from '../../src/spec/ports/session-secrets.ts'
import { gitBackend } from '../omnibox/gateway/git-backend.ts'
import { countingIds } from '../support/counting-ids.ts'
import { engineWorld, person } from '../support/engine-world.ts'
import { findSecret } from '../support/find-secret.ts'
import { scriptedProgram } from '../support/host-world.ts'
import { plainAgent } from '../support/plain-agent.ts'
import { serverPolicies } from '../support/policy-of.ts'
import { realClock } from '../support/real-clock.ts'
import { openTestGateway } from '../support/test-gateway.ts'

const parts = ['src', 'node_modules', 'package.json'].map((name) => join(import.meta.dirname, '../..', name))
const netnsProgram = [process.execPath, join(import.meta.dirname, '../../src/omnibox/linux/netns-program.ts')]
const token = 'ghp_RealToken0123456789abcdefgh'
const placeholder = 'ghp_OMNIToken0123456789abcdefgh'.slice(0, token.length)

/** A session in a box, its engine and gateway, and a git server that wants a password. It is at a port that no box leads out of by itself: git goes by the proxy. */
async function pushWorld() {
  const dir = mkdtempSync(join(tmpdir(), 'omni-push-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const [remotes, workspace, rootFile] = [join(dir, 'remotes'), join(dir, 'work'), join(dir, 'root.pem')]
  const bare = (name: string) => {
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', join(remotes, 'acme', name)])
    execFileSync('git', ['-C', join(remotes, 'acme', name), 'config', 'http.receivepack', 'true'])
  }
  mkdirSync(join(remotes, 'acme'), { recursive: true })
  for (const name of ['app.git', 'other.git']) bare(name)
  const authority = createCertificateAuthority({ session: 'internet', now: () => realClock.now() })
  writeFileSync(rootFile, authority.root)
  const server = createServer({ key: authority.leafKey, cert: authority.leafFor('git.test'), SNICallback: (name, done) => done(null, createSecureContext({ key: authority.leafKey, cert: authority.leafFor(name) })) }, gitBackend(remotes, { user: 'x-access-token', password: token }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // Proof: it listens on a port.
  const [gateway, state] = [await openTestGateway(rootFile), join(dir, 'state')]
  mkdirSync(state)
  const address = (host: string) => `https://${host}:${port}`
  const policies: Policy[] = [
    { name: 'ours', type: 'network', match: { url: `${address('git.test')}/acme/app.git/**` }, refs: ['refs/heads/agent/*'], use_secret: 'github', action: 'allow' },
    { name: 'with-a-person', type: 'network', match: { url: `${address('git.test')}/acme/app.git/**`, method: ['POST'] }, refs: ['refs/heads/hidden'], use_secret: 'github', action: 'ask', admit: true },
    { name: 'no-delete', type: 'git', match: { verb: 'push', delete: true }, action: 'deny', message: 'Branches are not deleted.' },
    { name: 'elsewhere', type: 'network', default: 'ask' },
    // Opens the port to look at, for a repository that nobody may write to unasked.
    { name: 'read', type: 'network', match: { url: `${address('*.test')}/**`, method: ['GET'] }, use_secret: 'github', action: 'allow' },
  ]
  const world = await engineWorld({ policies: serverPolicies(policies) })
  const ids = countingIds()
  const secret: SessionSecret = { name: 'github', value: token, placeholder, hosts: ['git.test', 'mirror.test'], env: ['GITHUB_TOKEN'], uses: ['git.test', 'mirror.test'].map((host) => ({ host, use: { secret: 'github', form: 'basic', user: 'x-access-token' } })) }
  const host = createHost({
    id: 'hst_1', name: 'here', build: '0', adapters: [createScriptedAdapter({ node: process.execPath, program: scriptedProgram })], outbox: createMemoryOutbox({ epoch: 'epo_1', disk: { facts: [] } }), clock: realClock, homeDir: join(dir, 'home'), installDir: join(dir, 'harnesses'),
    omnibox: createOmnibox({ proof: async () => undefined, off: createOffOmnibox({ clock: realClock, ids }), walled: createLinuxOmnibox({ clock: realClock, ids, machine: { secrets: [], state }, dir: join(state, 'boxes'), netnsProgram }) }),
    gateway, secrets: async () => ({ secrets: [secret], warnings: [] }), ownPrograms: parts, environment: { PATH: process.env['PATH'] ?? '', HOME: dir, LANG: 'C.UTF-8' }, settings: { harness: async () => ({}) }, providers: modelProviders, log: () => undefined,
  })
  const link = createMemoryLink()
  world.engine.acceptHost(link.engine)
  host.connect(link.host)
  onTestFinished(async () => {
    await host.close()
    await gateway.close()
    server.closeAllConnections()
    server.close()
  })
  execFileSync('git', ['init', '-q', '-b', 'main', workspace])
  const { session } = await world.engine.create({ id: 'one', agent: plainAgent('pusher', { secrets: { github: {} } }), harness: 'scripted', sandbox: 'workspace', workspace: { mode: 'here', path: workspace } }, person)
  let turns = 0
  return {
    world, session, workspace, address, home: join(dir, 'home'),
    refs: (name: string) => execFileSync('git', ['-C', join(remotes, 'acme', name), 'for-each-ref', '--format=%(refname)'], { encoding: 'utf8' }).trim().split('\n').filter((line) => line !== ''),
    /** Runs one line; a person answers what is asked. Gives what the agent read, and the titles of the cards. */
    async run(line: string, answer: 'allow' | 'deny' = 'deny'): Promise<{ output: string; cards: string[] }> {
      turns += 1
      const cards = new Map<string, string>()
      await world.command(session, { type: 'turn.start', text: `Turn ${turns}. PLAN:${JSON.stringify([{ shell: line }])}` })
      await expect.poll(async () => {
        const view = await world.view(session)
        for (const ask of view.asks) {
          if (cards.has(ask.approval)) continue
          cards.set(ask.approval, ask.title)
          await world.command(session, { type: 'approval.answer', approval: ask.approval, digest: ask.digest, answer })
        }
        return view.turn === undefined && view.counts.turns === turns
      }, { timeout: 30_000 }).toBe(true)
      const log = (await world.log(session)).map(readEvent)
      const done = log.findLast((event) => event.type === 'tool.completed' && !event.data.call.startsWith('req_'))
      const output = done?.type === 'tool.completed' ? done.data.output : { text: '' }
      return { output: 'text' in output ? output.text : output.head, cards: [...cards.values()] }
    },
  }
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
