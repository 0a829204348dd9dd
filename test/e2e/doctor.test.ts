import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { checkSandbox, type SandboxReport } from '../../src/app/doctor/check-sandbox.ts'
import { findTool } from '../../src/omnibox/process/find-tool.ts'
import { type CliResult, type OmniCli, omniCli } from '../support/omni-cli.ts'

/** On a machine of its own as far as these programs go: others stand in their place, or nothing that can be run. `real-NAME` beside the repository is what stood there. */
async function doctorWithout(cli: OmniCli, stands: Readonly<Record<string, string>>): Promise<CliResult> {
  const covers = await Promise.all(Object.entries(stands).map(async ([name, script]) => {
    const [stand, real, place] = [join(cli.dir, `stand-in-${name}`), join(cli.dir, `real-${name}`), realpathSync(findTool(name) ?? '')]
    await writeFile(real, '')
    await writeFile(stand, script, { mode: script === '' ? 0o644 : 0o755 })
    return `mount --bind '${place}' '${real}' && mount --bind '${stand}' '${place}'`
  }))
  const own = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps']
  const child = spawn('unshare', [...own, '--mount', '--', 'sh', '-c', [...covers, 'exec "$@"'].join(' && '), 'sh', process.execPath, cli.entry, 'doctor'], { env: cli.env, cwd: cli.folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), new Promise<number | null>((resolve) => child.once('close', resolve))])
  return { code, stdout, stderr }
}
const sandboxOf = (stdout: string) => stdout.slice(stdout.indexOf('\nSandbox\n') + '\nSandbox\n'.length)
const missing = ''
/** Says its version, and then what it says on machines that refuse. */
const refusing = (version: string, words: string) => `#!/bin/sh\nif [ "$1" = --version ]; then echo "${version}"; exit 0; fi\necho "${words}" >&2\nexit 1\n`

it('puts up a box, tries to get out of it, and leaves nothing behind', async () => {
  const cli = await omniCli()
  const { code, stdout, stderr } = await cli.run(['doctor'])
  expect(stderr).toBe('')
  expect(sandboxOf(stdout)).toMatch(new RegExp([
    '^✓ bubblewrap: [\\d.]+ at /\\S+', '✓ nsenter: /\\S+', '✓ user namespaces: allowed', '✓ network: one of its own in \\d+ ms \\(IPv4.*\\)',
    '✓ box: comes up in \\d+ ms\\. It reads and writes the work folder.*', '✓ canary: 21 ways out tried, all blocked', '✓ limits: those of a session are held: .*minutes by our clock; .*disk by nothing\\. .*Nothing holds a limit of the disk yet, on any machine\\.\n$',
  ].join('\n')))
  expect(code).toBe(0)
  expect((await readdir(cli.dir)).toSorted()).toEqual(['repo', 'state'])
  expect((await readdir(join(cli.home, 'host', 'boxes'))).filter((name) => name.startsWith('box_'))).toEqual([])
})

it('tries the running server’s own port, and gives every result as JSON', async () => {
  const cli = await omniCli()
  await cli.run(['server', 'start'])
  const { code, stdout } = await cli.run(['doctor', '--json'])
  const { checks, sandbox } = JSON.parse(stdout) as { checks: { name: string; ok: boolean }[]; sandbox: SandboxReport } // Proof: a wrong form fails below.
  expect(checks.find(({ name }) => name === 'server')).toMatchObject({ ok: true })
  expect(sandbox.checks.map(({ name, ok }) => [name, ok])).toEqual(['bubblewrap', 'nsenter', 'user namespaces', 'network', 'box', 'canary', 'limits'].map((name) => [name, true]))
  expect(sandbox.limits).toMatchObject({ memory: expect.stringMatching(/^(kernel|none)$/), pids: expect.stringMatching(/^(kernel|rlimit|none)$/), disk: 'none', minutes: 'host' })
  expect(sandbox.canary).toHaveLength(21)
  expect(sandbox.canary.find(({ name }) => name === 'reaches the control port')).toMatchObject({ blocked: true, detail: expect.stringContaining(new URL((await cli.state('server')).url ?? '').port) })
  expect(code).toBe(0)
})

it('looks at everything else where the server has no host', async () => {
  const cli = await omniCli()
  await cli.run(['server', 'start'])
  await expect.poll(async () => (await cli.run(['harness', 'list'])).code).toBe(0)
  process.kill((await cli.state('host')).pid, 'SIGKILL')
  const { stdout } = await cli.run(['doctor'])
  expect(stdout).toContain('✗ harnesses: No host is attached')
  expect(sandboxOf(stdout)).toContain('ways out tried, all blocked')
})

it.each([
  { tool: 'bwrap', line: '✗ bubblewrap: not installed\n    → sudo apt install bubblewrap (Fedora: sudo dnf install bubblewrap)' },
  { tool: 'nsenter', line: '✗ nsenter: not installed\n    → sudo apt install util-linux (Fedora: sudo dnf install util-linux)' },
])('says what installs $tool where it is missing', async ({ tool, line }) => {
  const { code, stdout } = await doctorWithout(await omniCli(), { [tool]: missing })
  expect(sandboxOf(stdout)).toContain(line)
  expect(sandboxOf(stdout).match(/✗/g)).toHaveLength(1)
  expect(code).toBe(3)
})

it.each([
  { refuses: 'bubblewrap', stands: { bwrap: refusing('bubblewrap 0.8.0', 'bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.') }, says: /^✗ user namespaces: refused\. bwrap: No permissions to create new namespace.*\n    → \S/m },
  { refuses: 'an old bubblewrap', stands: { bwrap: refusing('bubblewrap 0.6.1', 'bwrap: Unknown option --disable-userns') }, says: /^✗ bubblewrap: bubblewrap 0\.6\.1 at \S+ is too old: 0\.8\.0 or later is needed\n    → \S/m },
  { refuses: 'a program that is none', stands: { bwrap: '#!/bin/sh\necho broken >&2; exit 9\n' }, says: /^✗ bubblewrap: \S+ does not say its version: broken/m },
  { refuses: 'the network', stands: { nsenter: refusing('nsenter from util-linux 2.38.1', 'nsenter: reassociate to namespace failed: Operation not permitted') }, says: /^✗ box: The sandbox can not be given a network of its own: nsenter: reassociate.*/m },
])('says so where $refuses refuses, and tries nothing that builds on it', async ({ stands, says }) => {
  const { code, stdout } = await doctorWithout(await omniCli(), stands)
  expect(sandboxOf(stdout)).toMatch(says)
  expect(sandboxOf(stdout)).not.toContain('canary')
  expect(code).toBe(3)
})

it.each([
  { why: 'it is missing', ip: missing, says: /^✓ network: one of its own in \d+ ms, which leads to names only: sudo apt install iproute2 \(Fedora: sudo dnf install iproute\) adds addresses$/m },
  { why: 'it is refused', ip: refusing('ip utility', 'RTNETLINK answers: Operation not permitted'), says: /^✓ network: one of its own in \d+ ms, which leads to names only: this machine lets nobody add routes$/m },
])('puts up a box without `ip` where $why', async ({ ip, says }) => {
  const { code, stdout } = await doctorWithout(await omniCli(), { ip })
  expect(sandboxOf(stdout)).toMatch(says)
  expect(sandboxOf(stdout)).toMatch(/^✓ canary: 21 ways out tried, all blocked$/m)
  expect(code).toBe(0)
})

it('says what Docker wants where a box gets no processes of its own', async () => {
  // As bubblewrap does there: namespaces it can make, the rest not.
  const cli = await omniCli()
  const words = `#!/bin/sh\ncase "$1" in --info-fd) echo "bwrap: Can't mount proc on /newroot/proc: Operation not permitted" >&2; exit 1;; esac\nexec '${join(cli.dir, 'real-bwrap')}' "$@"\n`
  const { code, stdout } = await doctorWithout(cli, { bwrap: words })
  expect(sandboxOf(stdout)).toMatch(/^✗ box: .*Can't mount proc.*\n    → in Docker: --security-opt systempaths=unconfined/m)
  expect(code).toBe(3)
})

/** A bubblewrap that leaves one wall out: that in front of the hooks. */
const leaky = (real: string) => `#!/usr/bin/env python3
import os, sys
args = sys.argv[1:]
if '--args' in args:
    fd = int(args[args.index('--args') + 1])
    words = os.fdopen(os.dup(fd), 'rb').read().split(b'\\0')
    for at in [at for at, word in enumerate(words) if word == b'--ro-bind' and words[at + 1].endswith(b'.git/hooks')]:
        del words[at:at + 3]
    source, sink = os.pipe()
    os.write(sink, b'\\0'.join(words))
    os.close(sink)
    os.dup2(source, fd)
os.execv('${real}', ['bwrap'] + args)
`

it('says which way out is not blocked, and fails', async () => {
  const cli = await omniCli()
  const { code, stdout } = await doctorWithout(cli, { bwrap: leaky(join(cli.dir, 'real-bwrap')) })
  expect(sandboxOf(stdout)).toMatch(/^✗ canary: 1 of 21 ways out are not blocked\n    → start no sandboxed session.*\n✗ way out: writes a git hook: wrote \S+pre-commit$/m)
  expect(code).toBe(3)
})

const elsewhere = (cli: OmniCli, os: string) => ({ home: cli.home, port: 0, cwd: cli.folder, environment: cli.env, isTerminal: { input: false, output: false }, color: false, platform: { os, arch: 'arm64' } })

it('says so on a system that has no sandbox yet', async () => {
  expect((await checkSandbox(elsewhere(await omniCli(), 'sunos'), undefined)).checks).toMatchObject([{ ok: false, says: 'no sandbox can be put up on sunos yet: sessions run with "sandbox: off", which has no walls' }])
})

it('looks for what macOS makes a box of, says that nobody has tried it there, and tries nothing without it', async () => {
  expect(await checkSandbox(elsewhere(await omniCli(), 'darwin'), undefined)).toMatchObject({
    canary: [], checks: [{ name: 'sandbox-exec', ok: false, says: expect.stringMatching(/^\/usr\/bin\/sandbox-exec is not there; .*not tested on a Mac/), fix: expect.stringContaining('sandbox: off') }],
  })
})
