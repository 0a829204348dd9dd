import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makePlaceholder } from '../../../src/omnibox/gateway/placeholder.ts'
import { trustEnvironment } from '../../../src/omnibox/gateway/trust.ts'
import type { Authorize } from '../../../src/omnibox/gateway/authorize.ts'
import type { NetVerdict } from '../../../src/spec/net/net-request.ts'
import { type GatewayWorld, openGatewayWorld, type WorldOptions } from './gateway-world.ts'
import { gitBackend } from './git-backend.ts'

const secret = { name: 'github', value: 'ghp_0123456789abcdefABCDEF', placeholder: makePlaceholder('ghp_0123456789abcdefABCDEF'), hosts: ['git.test'] }
const withSecret: NetVerdict = { type: 'allow', secrets: [{ secret: 'github', form: 'basic', user: 'x-access-token' }] }

let folder: string
let world: GatewayWorld
let env: NodeJS.ProcessEnv
const run = (args: readonly string[], cwd = join(folder, 'work')): Promise<{ code: number; text: string }> => new Promise((resolve) => {
  execFile('git', [...args], { cwd, env }, (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: stdout + stderr }))
})
const branches = async (): Promise<string[]> => (await run(['for-each-ref', '--format=%(refname)'], join(folder, 'app.git'))).text.split('\n').filter((line) => line !== '')
const remote = (user = ''): string => `https://${user}git.test:${world.ports.https}/app.git`

const open = async (authorize: Authorize, options: WorldOptions = {}): Promise<void> => {
  world = await openGatewayWorld({ authorize, secrets: [secret], serve: gitBackend(folder, { user: 'x-access-token', password: secret.value }), ...options })
  await writeFile(join(folder, 'root.pem'), world.authority.root)
  env = {
    ...trustEnvironment({ bundle: join(folder, 'root.pem'), root: join(folder, 'root.pem'), folder }), PATH: '/usr/bin:/bin', HOME: folder, GIT_TERMINAL_PROMPT: '0', https_proxy: `http://127.0.0.1:${world.ports.proxy}`,
    GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@a.test', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@a.test', GIT_CONFIG_NOSYSTEM: '1',
  }
  await mkdir(join(folder, 'work'))
  await run(['init', '-q', '--bare', join(folder, 'app.git')], folder)
  await run(['config', 'receive.advertisePushOptions', 'true'], join(folder, 'app.git'))
  await run(['init', '-q', '-b', 'main'])
  await writeFile(join(folder, 'work/file'), 'one')
  await run(['add', '.'])
  await run(['commit', '-qm', 'one'])
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omni-push-'))
})
afterEach(async () => {
  await world.close()
  await rm(folder, { recursive: true })
})

/** Lets only branches of agents be pushed. */
const agentBranches: Authorize = ({ gitPush }) => {
  const wrong = gitPush?.refs.find(({ ref, delete: gone }) => gone || !ref.startsWith('refs/heads/agent/'))
  return Promise.resolve(wrong === undefined ? withSecret : { type: 'deny', rule: 'push-refs', message: wrong.delete ? 'branches are not deleted here' : 'only agent/* may be pushed', howToAsk: 'Ask the owner to change the policy "push-refs".' })
}

describe('git push through the gateway', () => {
  it('pushes with a secret that only the gateway knows', async () => {
    await open(agentBranches)
    expect(await run(['push', remote(), 'HEAD:refs/heads/agent/one'])).toMatchObject({ code: 0 })
    expect(await branches()).toEqual(['refs/heads/agent/one'])
    const pushes = world.asked.flatMap(({ gitPush, path, method }) => (gitPush === undefined ? [] : [{ path, method, ...gitPush }]))
    expect(pushes).toMatchObject([{ path: '/app.git/info/refs', repo: 'app', refs: [] }, { path: '/app.git/git-receive-pack', method: 'POST', repo: 'app', refs: [{ ref: 'refs/heads/agent/one', old: '0'.repeat(40), create: true, delete: false }] }])
    expect(JSON.stringify([world.asked, world.events])).not.toContain(secret.value)
    expect(world.events.filter(({ type }) => type === 'secretUsed').length).toBeGreaterThanOrEqual(2)
  })

  it('is refused in git’s own words, per ref', async () => {
    await open(agentBranches)
    const { code, text } = await run(['push', remote(), 'HEAD:refs/heads/main'])
    expect(code).not.toBe(0)
    expect(text).toContain('! [remote rejected] HEAD -> main (omnibox: only agent/* may be pushed)')
    expect(text).toContain('remote: omnibox: only agent/* may be pushed (push-refs) Ask the owner')
    expect(await branches()).toEqual([])
  })

  it('does not delete what may not be deleted', async () => {
    await open(agentBranches)
    await run(['push', remote(), 'HEAD:refs/heads/agent/one'])
    expect((await run(['push', remote(), ':refs/heads/agent/one'])).text).toContain('! [remote rejected] agent/one (omnibox: branches are not deleted here)')
    expect(await branches()).toEqual(['refs/heads/agent/one'])
  })

  it('sees every ref of a push, options and all', async () => {
    await open(agentBranches)
    const { text } = await run(['push', '--atomic', '-o', 'ci.skip', remote(), 'HEAD:refs/heads/agent/two', 'HEAD:refs/heads/main', 'HEAD:refs/tags/v1'])
    expect(text).toContain('[remote rejected] HEAD -> main')
    expect(await branches()).toEqual([])
    expect(world.asked.at(-1)?.gitPush?.refs.map(({ ref }) => ref)).toEqual(['refs/heads/agent/two', 'refs/heads/main', 'refs/tags/v1'])
  })

  it('takes a large pack in and out, asked about once', async () => {
    await open(agentBranches)
    await writeFile(join(folder, 'work/large'), Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 2_654_435_761) % 251)))
    await run(['add', '.'])
    await run(['commit', '-qm', 'large'])
    expect((await run(['-c', 'http.postBuffer=65536', 'push', remote(), 'HEAD:refs/heads/main'])).text).toContain('! [remote rejected] HEAD -> main')
    expect(await run(['-c', 'http.postBuffer=65536', 'push', remote(), 'HEAD:refs/heads/agent/large'])).toMatchObject({ code: 0 })
    expect(world.asked.filter(({ gitPush }) => gitPush?.refs.some(({ ref }) => ref === 'refs/heads/agent/large'))).toHaveLength(1)
  })

  it('is told in words when already the question for refs is refused', async () => {
    await open(() => Promise.resolve({ type: 'deny', rule: 'no-push', message: 'This session does not push.' }))
    expect((await run(['push', remote(), 'HEAD:refs/heads/main'])).text).toContain('fatal: remote error: omnibox: This session does not push. (no-push)')
  })

  it('is held while somebody is asked, and told to come again', async () => {
    const held: (() => void)[] = []
    await open((request) => (request.method === 'POST' ? new Promise((resolve) => held.push(() => resolve(withSecret))) : Promise.resolve(withSecret)))
    const first = run(['push', remote(), 'HEAD:refs/heads/agent/late'])
    await expect.poll(() => held.length).toBe(1)
    world.clock.advance(270_000)
    expect((await first).text).toContain('! [remote rejected] HEAD -> agent/late (omnibox: waiting for approval, push again)')
    held[0]?.()
    expect(await run(['push', remote(), 'HEAD:refs/heads/agent/late'])).toMatchObject({ code: 0 })
    expect(held).toHaveLength(1)
  })

  it('works with a placeholder in the address, inside Base64', async () => {
    await open(() => Promise.resolve({ type: 'allow' }))
    expect(await run(['push', remote(`x-access-token:${secret.placeholder}@`), 'HEAD:refs/heads/agent/one'])).toMatchObject({ code: 0 })
    expect(await branches()).toEqual(['refs/heads/agent/one'])
  })

  it('is seen under other spellings of its path', async () => {
    await open(agentBranches)
    await run(['push', remote().replace('app.git', '%61pp.git'), 'HEAD:refs/heads/agent/one'])
    expect(world.asked.at(-1)).toMatchObject({ path: '/app.git/git-receive-pack', gitPush: { repo: 'app' } })
  })

  it('would pass unread without its reader', async () => {
    await open(agentBranches, { protections: { readPushes: false } })
    expect(await run(['push', remote(), 'HEAD:refs/heads/main'])).toMatchObject({ code: 0 })
    expect(await branches()).toEqual(['refs/heads/main'])
  })

  it('is never let through by the table, as other reads are', async () => {
    await open(agentBranches, { table: { revision: 2, rules: [{ rule: 'reads', host: '*', action: 'allow' }], otherwise: 'authorize' }, protections: { ports: false } })
    await run(['push', remote(), 'HEAD:refs/heads/main'])
    expect(await branches()).toEqual([])
    expect(world.asked.every(({ gitPush }) => gitPush !== undefined)).toBe(true)
  })
})

it('clones and fetches', async () => {
  await open(() => Promise.resolve(withSecret))
  await run(['push', remote(), 'HEAD:refs/heads/main'])
  expect(await run(['clone', '-q', '-b', 'main', remote(), join(folder, 'copy')])).toMatchObject({ code: 0 })
  expect((await run(['log', '--format=%s'], join(folder, 'copy'))).text).toBe('one\n')
})
