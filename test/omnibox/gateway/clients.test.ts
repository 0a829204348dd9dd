import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { trustBundle, trustEnvironment } from '../../../src/omnibox/gateway/trust.ts'
import { type GatewayWorld, openGatewayWorld, type WorldOptions } from './gateway-world.ts'

let folder: string
let world: GatewayWorld
let env: Record<string, string>
const open = async (options: WorldOptions = {}): Promise<string> => {
  world = await openGatewayWorld(options)
  folder = await mkdtemp(join(tmpdir(), 'omni-clients-'))
  await writeFile(join(folder, 'root.pem'), world.authority.root)
  await writeFile(join(folder, 'large'), 'x'.repeat(2_000_000))
  await writeFile(join(folder, 'ca-certificates.crt'), trustBundle('', world.authority.root))
  env = { ...trustEnvironment({ bundle: join(folder, 'ca-certificates.crt'), root: join(folder, 'root.pem'), folder }), PATH: process.env['PATH'] ?? '', HOME: folder, https_proxy: `http://127.0.0.1:${world.ports.proxy}`, http_proxy: `http://127.0.0.1:${world.ports.proxy}` }
  return `https://a.test:${world.ports.https}/hello`
}
afterEach(async () => {
  await world.close()
  await rm(folder, { recursive: true })
})
const run = (file: string, args: readonly string[]): Promise<{ code: number; text: string }> => new Promise((resolve) => {
  execFile(file, [...args], { env }, (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: stdout + stderr }))
})
const python = ['python3.13', 'python3'].find((name) => spawnSync(name, ['-c', 'import ssl']).status === 0) ?? 'python3'

describe('programs that know nothing of us', () => {
  it('curl: reads, sends, is told why not', async () => {
    const url = await open({ authorize: ({ path }) => Promise.resolve(path === '/no' ? { type: 'deny', rule: 'r', message: 'Not this one.', howToAsk: 'Ask.' } : { type: 'allow' }) })
    expect((await run('curl', ['-sS', url])).text).toBe(`GET a.test:${world.ports.https} /hello`)
    expect((await run('curl', ['-sS', '--http2', url])).text).toContain('/hello')
    expect((await run('curl', ['-sS', '--data-binary', `@${join(folder, 'large')}`, url])).text).toContain('POST')
    expect((await run('curl', ['-sS', '-T', join(folder, 'root.pem'), '-H', 'Expect: 100-continue', url])).text).toContain('PUT')
    expect(JSON.parse((await run('curl', ['-sS', url.replace('hello', 'no')])).text)).toEqual({ error: { code: 'refused', rule: 'r', message: 'Not this one.', howToAsk: 'Ask.' } })
    expect((await run('curl', ['-sS', '-X', 'POST', '--data-binary', `@${join(folder, 'large')}`, url.replace('hello', 'no')])).text).toContain('Not this one.')
  })

  it('curl: as if to the target, without a proxy', async () => {
    const url = await open()
    env = { ...env, https_proxy: '', http_proxy: '' }
    expect((await run('curl', ['-sS', '--connect-to', `::127.0.0.1:${world.ports.tls}`, url])).text).toContain('/hello')
    expect((await run('curl', ['-sS', '--connect-to', `::127.0.0.1:${world.ports.plain}`, `http://a.test:${world.ports.http}/x`])).text).toContain('/x')
    expect((await run('curl', ['-sS', '--path-as-is', '--connect-to', `::127.0.0.1:${world.ports.tls}`, `${url}/../x`])).text).toContain('gateway/path')
  })

  it('Node’s fetch', async () => {
    const url = await open()
    const script = `for (let i = 0; i < 3; i += 1) console.log((await (await fetch(${JSON.stringify(url)}, { method: 'POST', body: 'x' })).text()))`
    expect((await run(process.execPath, ['--use-env-proxy', '--input-type=module', '-e', script])).text.trim().split('\n')).toEqual(Array.from({ length: 3 }, () => `POST a.test:${world.ports.https} /hello`))
  })

  it('Python, which looks at certificates strictly from 3.13 on', async () => {
    const url = await open()
    const script = `import ssl, urllib.request as r
context = ssl.create_default_context()
context.verify_flags |= ssl.VERIFY_X509_STRICT
print(r.build_opener(r.ProxyHandler(), r.HTTPSHandler(context=context)).open(${JSON.stringify(url)}).read().decode())`
    expect((await run(python, ['-c', script])).text).toBe(`GET a.test:${world.ports.https} /hello\n`)
  })
})
