import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { createLinuxOmnibox } from '../../src/omnibox/linux/linux-omnibox.ts'
import type { NetNamespace } from '../../src/omnibox/linux/net-namespace.ts'
import { countingIds } from '../support/counting-ids.ts'
import { realClock } from '../support/real-clock.ts'

const program = [process.execPath, join(import.meta.dirname, '../../src/omnibox/linux/netns-program.ts')]

/** A box whose way out leads to this test. */
async function connectedBox(joined: (namespace: NetNamespace) => void) {
  const base = await mkdtemp(join(tmpdir(), 'omni-net-'))
  const left: string[] = []
  const omnibox = createLinuxOmnibox({
    clock: realClock, ids: countingIds(), machine: { secrets: [], state: join(base, 'state') }, dir: join(base, 'boxes'),
    network: {
      program,
      join: async (box, namespace) => {
        joined(namespace)
        return async () => void left.push(box)
      },
    },
  })
  const [workspace, home] = [await mkdtemp(join(tmpdir(), 'omni-work-')), await mkdtemp(join(tmpdir(), 'omni-home-'))]
  onTestFinished(async () => {
    await box.close()
    for (const folder of [base, workspace, home]) await rm(folder, { recursive: true, force: true })
  })
  const box = await omnibox.open({ name: 'workspace', workspace, home })
  const run = async (script: string) => {
    const child = box.spawn({ file: '/bin/sh', args: ['-c', script], cwd: workspace, env: { PATH: '/usr/bin:/bin:/usr/sbin' } })
    child.stdin.end()
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
    await child.exited
    return `${out}${err}`
  }
  return { box, run, left }
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

it('is given back when the box is closed', async () => {
  let namespace: NetNamespace | undefined
  const { box, left } = await connectedBox((made) => {
    namespace = made
  })
  await box.close()
  expect([left, namespace?.http.listening]).toEqual([[box.id], false])
})

it('leaves nothing behind of a box that nobody lets in', async () => {
  const fresh = async (name: string) => {
    const folder = await mkdtemp(join(tmpdir(), `omni-${name}-`))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    return folder
  }
  const [base, workspace, home] = [await fresh('net'), await fresh('work'), await fresh('home')]
  let seen: NetNamespace | undefined
  const refuse = async (_box: string, namespace: NetNamespace): Promise<never> => {
    seen = namespace
    throw new Error('no room')
  }
  const omnibox = createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [], state: join(base, 'state') }, dir: join(base, 'boxes'), network: { program, join: refuse } })
  await expect(omnibox.open({ name: 'workspace', workspace, home })).rejects.toThrow('no room')
  expect((await readdir(join(base, 'boxes'))).filter((name) => name.startsWith('box'))).toEqual([])
  expect([seen?.tls.listening, seen?.http.listening, seen?.proxy.listening]).toEqual([false, false, false])
})
