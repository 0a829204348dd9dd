import { once } from 'node:events'
import { mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { realClock } from '../../../test/support/real-clock.ts'
import type { EngineEnd, HostEnd, ToEngine } from '../../spec/ports/host-link.ts'
import { dialUnix } from './dial-unix.ts'
import { listenUnix } from './listen-unix.ts'

let dir: string
let path: string
let problems: string[]
const closers: { close(): Promise<void> }[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'omni-link-'))
  path = join(dir, 'server.sock')
  problems = []
})
afterEach(async () => {
  for (const closer of closers.splice(0).toReversed()) await closer.close()
  await rm(dir, { recursive: true })
})
const report = (problem: string) => problems.push(problem)
async function listen(onLink: (link: EngineEnd) => void) {
  const listening = await listenUnix(path, { onLink, report })
  closers.push(listening)
  return listening
}
/** Every link the host gets, one after the other. */
function dial() {
  const links: HostEnd[] = []
  let arrived = Promise.withResolvers<HostEnd>()
  const onLink = (link: HostEnd) => {
    links.push(link)
    arrived.resolve(link)
  }
  closers.push(dialUnix(path, { clock: realClock, report, onLink }))
  return {
    next: async () => {
      const link = await arrived.promise
      arrived = Promise.withResolvers()
      return link
    },
  }
}
const hello: ToEngine = { type: 'hello', host: 'h', epoch: 'e', name: 'n', version: 1, build: '1', harnesses: [] }

it('carries messages both ways, in order', async () => {
  const seen: string[] = []
  const both = Promise.withResolvers<void>()
  await listen((link) => {
    link.onMessage((message) => {
      seen.push(message.type)
      if (message.type === 'synced') link.send({ type: 'welcome', server: 's', version: 1 })
    })
  })
  const link = await dial().next()
  link.onMessage((message) => {
    seen.push(message.type)
    both.resolve()
  })
  link.send(hello)
  link.send({ type: 'synced' })
  await both.promise
  expect(seen).toEqual(['hello', 'synced', 'welcome'])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

it('tells both ends when the link is closed, and dials again', async () => {
  const ends: EngineEnd[] = []
  await listen((link) => {
    link.onMessage(() => undefined)
    ends.push(link)
  })
  const host = dial()
  const first = await host.next()
  first.onMessage(() => undefined)
  await expect.poll(() => ends.length).toBe(1)
  ends[0]?.close()
  await first.closed
  await ends[0]?.closed
  await host.next()
  await expect.poll(() => ends.length).toBe(2)
})

it('waits for a server that starts later, and complains once', async () => {
  const host = dial()
  await expect.poll(() => problems.length).toBe(1)
  await listen((link) => link.onMessage(() => undefined))
  await host.next()
  expect(problems).toHaveLength(1)
})

it.each([
  ['what is not JSON', 'nonsense\n', 'not JSON'],
  ['an unknown message', '{"type":"shutdown"}\n', 'not understood'],
  ['a wrong field', '{"type":"fact","epoch":1}\n', 'not understood'],
])('ends a link that brings %s', async (_name, line, problem) => {
  const closed = Promise.withResolvers<void>()
  await listen((link) => {
    link.onMessage(() => problems.push('heard'))
    void link.closed.then(closed.resolve)
  })
  const socket = connect(path)
  socket.write(line)
  await closed.promise
  expect(problems).toEqual([expect.stringContaining(problem)])
})

it('ends a link whose line never ends', async () => {
  const closed = Promise.withResolvers<void>()
  await listen((link) => {
    link.onMessage(() => problems.push('heard'))
    void link.closed.then(closed.resolve)
  })
  const socket = connect(path)
  socket.on('error', () => undefined) // Cut off while it writes: that is what is tested.
  const flood = () => {
    while (!socket.destroyed && socket.write(Buffer.alloc(4 * 1024 * 1024, 'x')));
  }
  socket.on('drain', flood)
  flood()
  await closed.promise
  expect(problems).toEqual([expect.stringContaining('longer than')])
})

it('is a lock: a second one is refused while the first lives', async () => {
  await listen(() => undefined)
  await expect(listen(() => undefined)).rejects.toMatchObject({ code: 'conflict' })
})

it('takes over a socket that a crash left behind', async () => {
  const crashed = createServer()
  crashed.listen(path)
  await once(crashed, 'listening')
  // What kill -9 leaves: the file, and nobody behind it. Node would unlink it, so its place is taken first.
  await rename(path, `${path}.keep`)
  crashed.close()
  await once(crashed, 'close')
  await rename(`${path}.keep`, path)
  await listen((link) => link.onMessage(() => undefined))
  await dial().next()
})

it('lets one of many that start at once win', async () => {
  const tries = await Promise.allSettled(Array.from({ length: 5 }, () => listen(() => undefined)))
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

it('refuses a path that the system would cut off', async () => {
  await expect(listenUnix(`/tmp/${'x'.repeat(200)}`, { onLink: () => undefined, report })).rejects.toMatchObject({ code: 'invalid' })
})
