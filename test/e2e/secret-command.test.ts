import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import type { SecretRow } from '../../src/app/secrets/list-secrets.ts'
import { createCertificateAuthority } from '../../src/omnibox/gateway/certificates.ts'
import { type CliResult, omniCli } from '../support/omni-cli.ts'
import { openTerminal } from '../support/terminal.ts'

const token = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'

/** A machine without a keychain, where every word that was printed is kept. */
async function world() {
  const cli = await omniCli()
  const printed: string[] = []
  const omni = async (args: readonly string[], input = ''): Promise<CliResult> => {
    const child = cli.start(['secret', ...args])
    child.stdin?.end(input)
    const [stdout, stderr, code] = await Promise.all([child.stdout === null ? '' : text(child.stdout), child.stderr === null ? '' : text(child.stderr), new Promise<number | null>((resolve) => child.once('close', resolve))])
    printed.push(stdout, stderr)
    return { code, stdout, stderr }
  }
  const config = (content?: string) => (content === undefined ? readFile(join(cli.home, 'config.yaml'), 'utf8') : writeFile(join(cli.home, 'config.yaml'), content))
  const rows = async () => (JSON.parse((await omni(['list', '--json'])).stdout) as { secrets: SecretRow[] }).secrets
  return { cli, omni, config, rows, printed }
}

it('saves a value from standard input, defines it beside what is there, shows it without it, and takes it back', async () => {
  const { cli, omni, config, rows, printed } = await world()
  cli.env['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=/no/such/socket'
  await config('# mine\ntheme: dark # at night\n')
  const set = await omni(['set', 'github', '--preset', 'github'], `${token}\n`)
  expect(set).toMatchObject({ code: 0, stdout: `github: saved in ${join(cli.home, 'secrets')}, defined in ${join(cli.home, 'config.yaml')}\n`, stderr: expect.stringMatching(/^The keychain can not be used here: .*\nIt is kept as a file for you alone instead/) })
  expect(await config()).toBe('# mine\ntheme: dark # at night\nsecrets:\n  github:\n    from: keychain\n    preset: github\n')
  const file = join(cli.home, 'secrets', 'github')
  expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o777, (await stat(join(file, '..'))).mode & 0o777]).toEqual([`${token}\n`, 0o600, 0o700])
  expect(await rows()).toEqual([{ name: 'github', level: 'user', hidesUsers: false, from: 'keychain', hosts: ['github.com', 'api.github.com', 'uploads.github.com', 'codeload.github.com', 'raw.githubusercontent.com'], env: ['GITHUB_TOKEN', 'GH_TOKEN'], resolves: true, keptIn: join(cli.home, 'secrets') }])
  expect((await omni(['list'])).stdout).toBe(`✓ github  from keychain, kept in ${join(cli.home, 'secrets')}\n    goes to github.com, api.github.com, uploads.github.com, codeload.github.com, raw.githubusercontent.com\n    seen as GITHUB_TOKEN, GH_TOKEN\n`)
  expect(await omni(['test', 'github'])).toMatchObject({ code: 0, stdout: 'github: there is a value, from keychain\n' })
  expect(await omni(['remove', 'github'])).toMatchObject({ code: 0, stdout: 'github: its value is deleted here, no longer defined\n', stderr: expect.stringContaining('revoke it there') })
  expect(await config()).toBe('# mine\ntheme: dark # at night\nsecrets: {}\n')
  expect(await readdir(join(cli.home, 'secrets'))).toEqual([])
  expect(await omni(['remove', 'github'])).toMatchObject({ code: 2, stderr: 'omni: There is no secret "github". List them with: omni secret list\n' })
  expect(printed.join('')).not.toContain(token.slice(4))
})

it('takes a new value alone, and a new definition of an old one', async () => {
  const { cli, omni, config } = await world()
  await config('secrets:\n  jira: {from: {env: JIRA_PAT}, hosts: [acme.atlassian.net]} # old\n')
  expect(await omni(['set', 'jira', '--env', 'JIRA_TOKEN'], 'jira-pat-4711')).toMatchObject({ code: 0, stderr: expect.stringContaining('It came from variable JIRA_PAT until now.') })
  expect(await config()).toContain('jira: { from: keychain, hosts: [ acme.atlassian.net ], env: JIRA_TOKEN } # old')
  const before = await config()
  expect(await omni(['set', 'jira'], 'jira-pat-4712')).toMatchObject({ code: 0, stdout: `jira: saved in ${join(cli.home, 'secrets')}\n` })
  expect([await config(), await readFile(join(cli.home, 'secrets', 'jira'), 'utf8')]).toEqual([before, 'jira-pat-4712\n'])
})

it('asks in a terminal for a value that is not shown', async () => {
  const { cli, config } = await world()
  const terminal = openTerminal(cli, ['secret', 'set', 'own', '--hosts', 'api.example.org,*.Example.net', '--env', 'OWN_KEY'])
  await terminal.until((shown) => shown.includes('Value of own (it is not shown)'))
  terminal.type(token)
  await terminal.until((shown) => shown.includes('defined in'))
  expect(terminal.text()).not.toContain(token.slice(4, 12))
  expect(await readFile(join(cli.home, 'secrets', 'own'), 'utf8')).toBe(`${token}\n`)
  expect(await config()).toBe('secrets:\n  own:\n    from: keychain\n    hosts:\n      - api.example.org\n      - "*.example.net"\n    env: OWN_KEY\n')
})

it('takes no value from the command line, and says which name or value is no good without repeating it', async () => {
  const { cli, omni, printed } = await world()
  expect(await omni(['set', 'own', token, '--hosts', 'a.test'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Say the name and nothing else') })
  expect(await omni(['set', `${token} `, '--hosts', 'a.test'])).toMatchObject({ code: 2, stderr: expect.stringContaining('That is no name for a secret') })
  expect(await omni(['set', 'own', '--hosts', 'a.test'], `hush hush ${token}`)).toMatchObject({ code: 2, stderr: expect.stringContaining('Not saved: it has a space') })
  expect(await omni(['set', 'github'], token)).toMatchObject({ code: 2, stderr: expect.stringContaining('or --preset github\n') })
  expect(printed.join('')).not.toContain(token.slice(4))
  // The note of `omniCli` that walls hold lies there.
  expect(await readdir(cli.home)).toEqual(['host'])
})

it('lists what is wrong with a secret', async () => {
  const { cli, omni, config } = await world()
  await config('secrets:\n  gone: {from: {env: NOT_SET}, hosts: [a.test]}\n  both: {from: keychain, hosts: [a.test]}\n')
  await writeFile(join(cli.home, 'server.yaml'), 'secrets:\n  both: {from: {command: [printf, "%s", hush-hush-4711]}, hosts: [b.test]}\n')
  expect((await omni(['list'])).stdout).toBe(`✓ both  from command printf … (of the server)
    goes to b.test
    ! your own definition of this name is not used
✗ gone  from variable NOT_SET
    goes to a.test
    ! The secret "gone" can not be read: the variable NOT_SET is not set here. A server that runs already has the environment it was started with: omni server stop --all, then start it where the variable is set.
`)
})

it('tries a secret on one of its hosts, once, over TLS, and nowhere else', async () => {
  const { cli, omni, config, printed } = await world()
  const authority = createCertificateAuthority({ session: 'upstream', now: () => Date.now() })
  const seen: (readonly [string | undefined, string | undefined])[] = []
  const server = createServer({ key: authority.leafKey, cert: authority.leafFor('localhost') }, ({ url, headers }, response) => {
    seen.push([url, headers.authorization ?? String(headers['x-api-key'])])
    const status = { '/in': 200, '/out': 401, '/away': 302 }[url ?? ''] ?? 404
    response.writeHead(status, { location: `https://localhost/${token}` }).end(`you sent ${headers.authorization}`)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // Proof: it listens on a port.
  cli.env['NODE_EXTRA_CA_CERTS'] = join(cli.dir, 'root.pem')
  await writeFile(cli.env['NODE_EXTRA_CA_CERTS'], authority.root)
  cli.env['MY_TOKEN'] = token
  await config('secrets:\n  one: {from: {env: MY_TOKEN}, hosts: [localhost]}\n  two: {from: {env: MY_TOKEN}, hosts: [localhost], scheme: basic, user: me}\n  three: {from: {env: MY_TOKEN}, hosts: [localhost], scheme: header, header: X-Api-Key}\n  four: {from: {env: MY_TOKEN}, hosts: ["*.localhost.test", localhost.test]}\n')
  const base = `https://localhost:${port}`
  const tried = async (name: string, url: string) => {
    const { code, stdout, stderr } = await omni(['test', name, '--url', url])
    return [code, (stdout.split('\n')[1] ?? '') || stderr.trim()]
  }
  expect(await tried('one', `${base}/in`)).toEqual([0, 'one: HTTP 200, it was let in (sent as bearer)'])
  expect(await tried('two', `${base}/out`)).toEqual([1, 'two: HTTP 401, it was not let in (sent as basic)'])
  expect(await tried('three', `${base}/away`)).toEqual([0, 'three: HTTP 302, a redirect, which is not followed (sent as header)'])
  expect(seen).toEqual([['/in', `Bearer ${token}`], ['/out', `Basic ${Buffer.from(`me:${token}`).toString('base64')}`], ['/away', token]])
  expect(await tried('four', `${base}/in`)).toEqual([2, 'omni: The secret "four" does not go to localhost. Its hosts: *.localhost.test, localhost.test'])
  // A server that nobody vouches for gets nothing.
  delete cli.env['NODE_EXTRA_CA_CERTS']
  expect(await tried('one', `${base}/in`)).toEqual([3, expect.stringMatching(/^one: there is a value|^omni: localhost:\d+ did not answer: [A-Z_]*(CERT|SIGNATURE|ISSUER)/)])
  expect(seen).toHaveLength(3)
  expect(printed.join('')).not.toContain(token.slice(4))
})
