import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { walledSession } from '../support/walled-session.ts'

const count = 320
const atATime = 12
const nameOf = (index: number) => `pack-${index}`

/** A package with one file, as `npm pack` lays it out. */
function tarball(name: string): Buffer {
  const content = Buffer.from(JSON.stringify({ name, version: '1.0.0' }))
  const header = Buffer.alloc(512)
  const put = (at: number, text: string) => header.write(text, at, 'latin1')
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`
  put(0, 'package/package.json')
  put(100, octal(0o644, 8)); put(108, octal(0, 8)); put(116, octal(0, 8)); put(124, octal(content.length, 12)); put(136, octal(0, 12))
  put(148, ' '.repeat(8)); put(156, '0'); put(257, 'ustar\0'); put(263, '00')
  put(148, octal(header.reduce((sum, byte) => sum + byte, 0), 8))
  return gzipSync(Buffer.concat([header, content, Buffer.alloc(512 - (content.length % 512)), Buffer.alloc(1_024)]))
}

/** A registry of packages, and a project that locks all of them. @param hold what is waited for before an answer */
async function project(hold: (answered: number) => Promise<void> = async () => undefined) {
  const packages = new Map(Array.from({ length: count }, (_, index) => [nameOf(index), tarball(nameOf(index))]))
  let asked = 0
  const serve: RequestListener = (request, response) => {
    asked += 1
    const content = packages.get(/^\/([\w-]+)\/-\//.exec(request.url ?? '')?.[1] ?? '')
    void hold(asked).then(() => (content === undefined ? response.writeHead(404).end() : response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(content)))
  }
  const made = await walledSession({ serve, patienceMs: 120_000, policies: (address) => [{ name: 'reads', type: 'network', match: { host: 'registry.test', port: Number(new URL(address('registry.test')).port), method: ['GET', 'HEAD'] }, action: 'allow' }, { name: 'elsewhere', type: 'network', default: 'ask' }] })
  const registry = made.address('registry.test')
  const dependencies = Object.fromEntries([...packages.keys()].map((name) => [name, '1.0.0']))
  const locked = Object.fromEntries([...packages].map(([name, content]) => [`node_modules/${name}`, { version: '1.0.0', resolved: `${registry}/${name}/-/${name}-1.0.0.tgz`, integrity: `sha512-${createHash('sha512').update(content).digest('base64')}` }]))
  writeFileSync(join(made.workspace, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', dependencies }))
  writeFileSync(join(made.workspace, 'package-lock.json'), JSON.stringify({ name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages: { '': { name: 'app', version: '1.0.0', dependencies }, ...locked } }))
  writeFileSync(join(made.workspace, '.npmrc'), `registry=${registry}\nhttps-proxy=http://127.0.0.1:3128\naudit=false\nfund=false\nupdate-notifier=false\nfetch-retries=0\nmaxsockets=${atATime}\n`)
  return { ...made, asked: () => asked, events: async () => (await made.world.log(made.session)).filter(({ type }) => type === 'net.decided' || type === 'net.summary') }
}

it(`installs ${count} packages past the table of the gateway, and writes down next to nothing`, async () => {
  const { run, asked, events } = await project()
  const { output, cards } = await run('npm ci 2>&1; ls node_modules | wc -l')
  expect([cards, output]).toEqual([[], expect.stringMatching(new RegExp(`added ${count} packages[^]*\\n${count}\\n`))])
  expect(asked()).toBe(count)
  const told = await events()
  // The first to a host is told at once; the rest is summed up once a minute.
  expect([told.length >= 1, told.length <= 20]).toEqual([true, true])
  expect(told.every(({ data }) => (data as { by?: string }).by !== 'policy')).toBe(true)
}, 180_000)

it('lets no request through that comes after a policy was added', async () => {
  const added = Promise.withResolvers<void>()
  let adding: Promise<unknown> | undefined
  const { run, asked, world, session, events } = await project((answered) => {
    // All that it asks for at once wait for their answers here: none is on its way.
    if (answered === 60 + atATime - 1) adding ??= world.command(session, { type: 'policy.add', text: 'name: no-more\ntype: network\nmatch: {host: registry.test}\naction: deny\n' }).then(() => added.resolve())
    return answered >= 60 ? added.promise : Promise.resolve()
  })
  let atOnce = 0
  void added.promise.then(() => (atOnce = asked()))
  const { output } = await run('npm ci 2>&1')
  expect(output).toContain('403 Forbidden')
  expect((await events()).some(({ data }) => (data as { verdict?: string }).verdict === 'denied')).toBe(true)
  expect([atOnce, asked()]).toEqual([60 + atATime - 1, atOnce])
}, 180_000)
