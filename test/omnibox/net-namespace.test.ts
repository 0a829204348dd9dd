import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { createLinuxOmnibox } from '../../src/omnibox/linux/linux-omnibox.ts'
import { answerDns } from '../../src/omnibox/gateway/answer-dns.ts'
import { closeDoor } from '../../src/omnibox/linux/net-namespace.ts'
import { createCertificateAuthority } from '../../src/omnibox/gateway/certificates.ts'
import type { Door, DoorSource } from '../../src/spec/ports/way-out.ts'
import { countingIds } from '../support/counting-ids.ts'
import { realClock } from '../support/real-clock.ts'

const program = [process.execPath, join(import.meta.dirname, '../../src/omnibox/linux/netns-program.ts')]

const { root } = createCertificateAuthority({ session: 'ses_1', now: () => realClock.now() })

/** The doors by their names. */
function named(doors: readonly Door[]) {
  const serverOf = (kind: 'tls' | 'http' | 'proxy') => doors.flatMap((door) => (door.kind === kind ? [door.server] : []))[0]
  const [tls, http, proxy, dns] = [serverOf('tls'), serverOf('http'), serverOf('proxy'), doors.flatMap((door) => (door.kind === 'dns' ? [door.socket] : []))[0]]
  if (tls === undefined || http === undefined || proxy === undefined || dns === undefined) throw new Error('a door is missing')
  return { tls, http, proxy, dns }
}
type Named = ReturnType<typeof named>

/** A box whose way out leads to this test. */
async function connectedBox(joined: (doors: Named, source: DoorSource) => void, routes = true) {
  const base = await mkdtemp(join(tmpdir(), 'omni-net-'))
  let left = 0
  /** What serves it now; a test may put others in its place. */
  let serving: readonly Door[] = []
  const omnibox = createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [], state: join(base, 'state') }, dir: join(base, 'boxes'), netnsProgram: program, routes })
  const serve = async (source: DoorSource) => {
    serving = await source.listen()
    joined(named(serving), source)
    return async () => {
      left += 1
      for (const door of serving) closeDoor(door)
    }
  }
  const [workspace, home] = [await mkdtemp(join(tmpdir(), 'omni-work-')), await mkdtemp(join(tmpdir(), 'omni-home-'))]
  onTestFinished(async () => {
    await box.close()
    for (const folder of [base, workspace, home]) await rm(folder, { recursive: true, force: true })
  })
  const box = await omnibox.open({ name: 'workspace', workspace, home, way: { root, serve } })
  const run = async (script: string) => {
    const child = box.spawn({ file: '/bin/sh', args: ['-c', script], cwd: workspace, env: { PATH: '/usr/bin:/bin:/usr/sbin' } })
    child.stdin.end()
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
    await child.exited
    return `${out}${err}`
  }
  const serveAgain = async (source: DoorSource): Promise<Named> => {
    await Promise.all(serving.map((door) => new Promise<void>((resolve) => (door.kind === 'dns' ? door.socket.close(resolve) : void door.server.close(() => resolve())))))
    expect(await run('curl -sS -m 5 http://93.184.216.34/')).toMatch(/refused|Failed to connect/)
    serving = await source.listen()
    return named(serving)
  }
  return { box, run, left: () => left, serveAgain }
}
const answer = (name: string) => (socket: Socket) => {
  socket.on('error', () => undefined)
  socket.resume()
  socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${name.length}\r\nconnection: close\r\n\r\n${name}`)
}

it('leads every address on the ports of the web to one place, and every other port nowhere', async () => {
  const { run } = await connectedBox(({ http, proxy }) => {
    http.on('connection', answer('web'))
    proxy.on('connection', answer('proxy'))
  })
  expect(await run('curl -sS -m 5 http://93.184.216.34/')).toBe('web')
  expect(await run('curl -sS -m 5 http://10.0.0.1/; curl -sS -m 5 http://169.254.169.254/latest; curl -gsS -m 5 "http://[2606:2800::1]/"')).toBe('webwebweb')
  expect(await run('curl -sS -m 5 -x http://127.0.0.1:3128 http://example.org/')).toBe('proxy')
  expect(await run('curl -sS -m 5 http://93.184.216.34:8080/')).toMatch(/refused|Failed to connect/)
})

it('leads names alone to the same place where there are no routes', async () => {
  const { box, run } = await connectedBox(({ http, proxy, dns }) => {
    http.on('connection', answer('web'))
    proxy.on('connection', answer('proxy'))
    dns.on('message', (question, { port, address }) => dns.send(answerDns(question, '127.0.0.1', () => true) ?? '', port, address))
  }, false)
  expect(await run('curl -sS -m 5 http://example.org/; curl -sS -m 5 -x http://127.0.0.1:3128 http://example.org/')).toBe('webproxy')
  expect(await run('curl -sS -m 5 http://93.184.216.34/; curl -sS -m 5 http://169.254.169.254/')).toMatch(/^curl: [^]*93\.184[^]*curl: [^]*169\.254/)
  expect(box.attestation.notes.join(' ')).toContain('names only')
})

it('asks one place for names, and no other', async () => {
  const asked: string[] = []
  const { run } = await connectedBox(({ dns }) => {
    dns.on('message', (question, { port, address }) => {
      asked.push(question.subarray(13, 13 + (question[12] ?? 0)).toString())
      // No such name.
      dns.send(Buffer.concat([question.subarray(0, 2), Buffer.from([0x81, 0x83]), question.subarray(4)]), port, address)
    })
  })
  expect(await run('curl -sS -m 5 http://example.org/')).toContain('Could not resolve host')
  expect(asked).toContain('example')
})

it('keeps what the box serves for itself in it, from one command to the next', async () => {
  const { box, run } = await connectedBox(() => undefined)
  const server = box.spawn({ file: '/usr/bin/python3', args: ['-u', '-m', 'http.server', '8123', '--bind', '127.0.0.1'], cwd: '/tmp', env: { PATH: '/usr/bin:/bin' } })
  await once(server.stdout, 'data')
  expect(await run('curl -sS -m 5 -o /dev/null -w "%{http_code}" http://127.0.0.1:8123/')).toBe('200')
})

it('cannot be changed or left from inside', async () => {
  const { run } = await connectedBox(({ http }) => void http.on('connection', answer('web')))
  expect(await run('ip route del local 0.0.0.0/0 dev lo table local; ip link set lo down; ip addr add 1.2.3.4/32 dev lo')).toMatch(/Operation not permitted/)
  expect(await run('ls -l /proc/self/fd | grep -c "net:\\|user:"; python3 -c "import socket; socket.socket().bind((\'0.0.0.0\', 443))"')).toMatch(/^0\n[^]*(?:Address already in use|Permission denied)/)
  expect(await run('curl -sS -m 5 http://93.184.216.34/')).toBe('web')
})

it('is served again by another, while its programs go on', async () => {
  let from: DoorSource | undefined
  const { run, serveAgain } = await connectedBox(({ http }, source) => {
    from = source
    http.on('connection', answer('first'))
  })
  expect(await run('curl -sS -m 5 http://93.184.216.34/')).toBe('first')
  if (from === undefined) throw new Error('nobody joined')
  const { http } = await serveAgain(from)
  http.on('connection', answer('second'))
  expect(await run('curl -sS -m 5 http://93.184.216.34/')).toBe('second')
})

it('is given back when the box is closed', async () => {
  let seen: Named | undefined
  const { box, left } = await connectedBox((doors) => {
    seen = doors
  })
  await box.close()
  expect([left(), seen?.http.listening]).toEqual([1, false])
})

it('leaves nothing behind of a box that nobody lets in', async () => {
  const fresh = async (name: string) => {
    const folder = await mkdtemp(join(tmpdir(), `omni-${name}-`))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    return folder
  }
  const [base, workspace, home] = [await fresh('net'), await fresh('work'), await fresh('home')]
  const refuse = async (): Promise<never> => {
    throw new Error('no room')
  }
  const omnibox = createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [], state: join(base, 'state') }, dir: join(base, 'boxes'), netnsProgram: program })
  const before = process.getActiveResourcesInfo().filter((kind) => /TCPServer|UDP/.test(kind)).length
  await expect(omnibox.open({ name: 'workspace', workspace, home, way: { root, serve: refuse } })).rejects.toThrow('no room')
  expect((await readdir(join(base, 'boxes'))).filter((name) => name.startsWith('box'))).toEqual([])
  await expect.poll(() => process.getActiveResourcesInfo().filter((kind) => /TCPServer|UDP/.test(kind)).length).toBe(before)
})
