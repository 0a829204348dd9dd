import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startGateway } from '../../src/app/process/start-gateway.ts'
import { entryFile } from '../../src/app/version.ts'
import { runCanary } from '../../src/omnibox/canary/canary.ts'
import { createGatewayClient, type GatewayLink } from '../../src/omnibox/gateway/gateway-client.ts'
import { macosCanary } from '../../src/omnibox/macos/canary-system.ts'
import { createMacosOmnibox } from '../../src/omnibox/macos/macos-omnibox.ts'
import { emptyTable } from '../../src/spec/net/static-table.ts'
import type { BoxProfile } from '../../src/spec/ports/box.ts'
import { boxCases } from '../conformance/box/box-cases.ts'
import { countingIds } from '../support/counting-ids.ts'
import { realClock } from '../support/real-clock.ts'
import { openTestGateway } from '../support/test-gateway.ts'
import { seatbeltOracle } from '../support/seatbelt-oracle.ts'

/** Everything around the profile is real; nothing enforces it here: what stands for `sandbox-exec` notes it beside the box's folders and starts the program. */
async function world() {
  const dir = await mkdtemp(join(tmpdir(), 'omni-mac-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const [launcher, state, home, workspace, seen] = ['sandbox-exec', 'state', 'home', 'work', 'profile'].map((name) => join(dir, name)) as [string, string, string, string, string] // Proof: five names.
  for (const folder of [state, home, workspace]) await mkdir(folder)
  await writeFile(launcher, `#!/bin/sh\n[ "$1" = -p ] || exit 64\nprintf %s "$2" > '${seen}'\nshift 2\nexec "$@"\n`)
  await chmod(launcher, 0o755)
  const omnibox = createMacosOmnibox({ clock: realClock, ids: countingIds(`${process.pid}`), machine: { secrets: [join(dir, 'keys'), join(workspace, 'keys')], state }, dir: join(state, 'boxes'), launcher })
  const open = async (more: Partial<BoxProfile> & { readonly name?: 'workspace' | 'read-only' | 'open' } = {}) => {
    const box = await omnibox.open({ name: 'workspace', workspace, home, ...more })
    onTestFinished(() => box.close())
    const run = (script: string, reads?: readonly string[]) => {
      const child = box.spawn({ file: '/bin/sh', args: ['-c', `exec 2>&1; ${script}`], cwd: workspace, env: { PATH: '/usr/bin:/bin', no_proxy: 'example.org' }, ...(reads === undefined ? {} : { reads }) })
      child.stdin.end()
      return text(child.stdout)
    }
    return { box, run }
  }
  return { dir, state, home, workspace, omnibox, open, oracle: async () => seatbeltOracle(await readFile(seen, 'utf8')) }
}

describe('a box on macOS, as far as it is the same anywhere', () => {
  boxCases(async (workspace) => (await (await world()).open({ workspace })).box, { startsThroughBwrap: false, adds: ['TMPDIR', 'TMPPREFIX'] })
})

it('says what does not hold, and that nobody has tried it', async () => {
  const { open } = await world()
  const { attestation } = (await open({ hides: ['/nowhere'] })).box
  expect(attestation).toMatchObject({ profile: 'workspace', processes: 'group', advisory: false })
  expect(attestation.notes.join(' ')).toMatch(/not tested on a Mac.*no network.*1 path is hidden.*outlives/)
})

it('is none without sandbox-exec, for the profile without walls, and for what is no work folder', async () => {
  const { omnibox, workspace, home, state } = await world()
  const none = createMacosOmnibox({ clock: realClock, ids: countingIds(`${process.pid}`), machine: { secrets: [], state }, dir: join(state, 'boxes'), launcher: '/nowhere/sandbox-exec' })
  await expect(none.open({ name: 'workspace', workspace, home })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('/nowhere/sandbox-exec') })
  for (const wish of [{ name: 'off', workspace, home }, { name: 'workspace', workspace: state, home }, { name: 'workspace', workspace: '/', home }] as const) await expect(omnibox.open(wish)).rejects.toMatchObject({ code: 'unavailable' })
  expect(await readdir(state).then((names) => (names.includes('boxes') ? readdir(join(state, 'boxes')) : []))).toEqual([])
})

it('freezes what git runs and hides what is known, there or not yet', async () => {
  const { dir, workspace, open, oracle } = await world()
  execFileSync('git', ['init', '-q', '-b', 'main', workspace])
  for (const folder of ['keys', 'work/keys', 'work/src']) await mkdir(join(dir, folder))
  await symlink(join(dir, 'keys'), join(workspace, 'link'))
  await (await open({ hides: [join(workspace, 'src/later.pem')] })).run('true')
  const may = await oracle()
  const git = join(workspace, '.git')
  for (const path of ['hooks/pre-commit', 'config', 'config.worktree', 'CONFIG.Worktree', 'info/attributes', 'info/Attributes']) expect([path, may('file-write-create', join(git, path)), may('file-read-data', join(git, path))]).toEqual([path, false, true])
  for (const path of ['index', 'refs/heads/config', 'objects/aa']) expect([path, may('file-write-create', join(git, path))]).toEqual([path, true])
  for (const path of [join(dir, 'keys'), join(workspace, 'keys/k'), join(workspace, 'src/later.pem')]) expect([path, may('file-read-data', path), may('file-write-create', path)]).toEqual([path, false, false])
  expect([git, join(workspace, 'src'), workspace].map((path) => may('file-write-unlink', path))).toEqual([false, false, false])
  expect([join(workspace, 'src/a'), join(workspace, '.gitignore')].map((path) => may('file-write-unlink', path))).toEqual([true, true])
})

it('changes nothing in profile read-only, and reads the whole disk but secrets in profile open', async () => {
  const { dir, workspace, home, state, open, oracle } = await world()
  await mkdir(join(dir, 'keys'))
  await (await open({ name: 'read-only' })).run('true')
  const readOnly = await oracle()
  expect([workspace, join(home, 'x')].map((path) => readOnly('file-write-create', path))).toEqual([false, true])
  await (await open({ name: 'open' })).run('true')
  const whole = await oracle()
  expect(['/anything', join(dir, 'keys/k'), join(state, 'token')].map((path) => whole('file-read-data', path))).toEqual([true, false, false])
})

it('reads what a program is made of, though it lies among what is ours', async () => {
  const { state, open, oracle } = await world()
  await mkdir(join(state, 'program'))
  await (await open({ name: 'open' })).run('true', [join(state, 'program'), join(state, 'gone')])
  const may = await oracle()
  expect(['program/main.js', 'gone', 'token'].map((path) => may('file-read-data', join(state, path)))).toEqual([true, false, false])
})

it('leads programs to a gateway by a proxy with a password, at one port over the lives of gateways', async () => {
  const { dir, state, open, oracle } = await world()
  const links: GatewayLink[] = []
  const gateway = createGatewayClient({
    clock: realClock, report: () => undefined,
    start: async (hear) => {
      const link = await startGateway({ args: [entryFile, 'gateway'], env: { PATH: process.env['PATH'] ?? '', HOME: dir }, logFile: join(dir, 'gateway.log') }, hear)
      links.push(link)
      return link
    },
  })
  onTestFinished(() => gateway.close())
  const way = await gateway.open({ session: 'ses_1', secrets: [], services: [], table: { ...emptyTable, otherwise: 'deny' }, patienceMs: 1_000 }, () => undefined)
  onTestFinished(() => way.close())
  const { box, run } = await open({ way })
  const proxy = (await run('echo "$https_proxy"')).trim()
  const { port, password } = new URL(proxy)
  expect(password.length).toBeGreaterThan(30)
  expect((await run('env')).split('\n').filter((line) => /^\w+_proxy=/i.test(line) && !line.startsWith('NODE_')).toSorted()).toEqual(['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'].map((name) => `${name}=${/no/i.test(name) ? '' : proxy}`))
  expect(await run('cat "$SSL_CERT_FILE"')).toContain(way.root.trim())
  expect(await run('echo x > "$TMPDIR/x" && cat "$TMPDIR/x"')).toBe('x\n')
  const refused = /"rule":"gateway\/table"/
  const over = 'curl -sS -m 10 https://example.org/x'
  const open443 = 'curl -sS -m 10 http://example.org/x'
  expect(await run(over)).toMatch(refused)
  expect(await run(open443)).toMatch(refused)
  for (const wrong of [`http://127.0.0.1:${port}`, `http://omni:no@127.0.0.1:${port}`]) {
    expect(await run(`https_proxy=${wrong} ${over}`)).toContain('407')
    expect(await run(`http_proxy=${wrong} ${open443}`)).toContain('gateway/proxy-password')
  }
  const profile = await oracle()
  expect(profile('file-read-data', join(state, 'boxes', box.id, 'trust', 'ca.pem'))).toBe(true)
  expect(await run('git ls-remote https://example.org/a.git')).toContain('returned error: 403')
  process.kill(links[0]?.pid ?? 0, 'SIGKILL')
  await expect.poll(() => run(over), { timeout: 10_000, interval: 100 }).toMatch(refused)
  expect((await run('echo "$https_proxy"')).trim()).toBe(proxy)
  expect(links).toHaveLength(2)
  await box.close()
  expect(existsSync(join(state, 'boxes', box.id))).toBe(false)
})

it('is tried by the canary, which finds that nothing holds here but the gateway', async () => {
  const { omnibox } = await world()
  const [folder, gateway] = [await mkdtemp(join(homedir(), '.omni-canary-test-')), await openTestGateway()]
  onTestFinished(async () => {
    await gateway.close()
    await rm(folder, { recursive: true, force: true })
  })
  const results = await runCanary(omnibox, {
    clock: realClock, system: macosCanary, folder, word: 'planted7f3a91', program: [process.execPath, join(import.meta.dirname, '../../src/omnibox/canary/canary-program.ts')], programs: [process.execPath], controlPort: undefined,
    openWay: (table) => gateway.open({ session: 'canary', secrets: [], services: [], table, patienceMs: 1_000 }, () => undefined),
  })
  expect(results.filter(({ detail }) => detail.startsWith('could not be tried'))).toEqual([])
  expect(results.filter(({ blocked }) => blocked).map(({ name, detail }) => [name, detail])).toEqual([
    ['reaches the control port through the gateway', 'the gateway refused it (gateway/address)'],
    ['reaches it there by its name', 'the gateway refused it (gateway/private-address)'],
    ['asks the gateway for what no rule allows', 'the gateway refused it (gateway/table)'],
  ])
  expect(results.map(({ name }) => name)).toContain('signals a process of this machine')
})
