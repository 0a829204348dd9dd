import { createServer } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createCertificateAuthority } from '../../src/omnibox/gateway/certificates.ts'
import { type CanaryPlace, runCanary } from '../../src/omnibox/canary/canary.ts'
import { canaryPlaces } from '../../src/omnibox/canary/canary-bait.ts'
import { linuxCanary } from '../../src/omnibox/linux/canary-system.ts'
import { allWalls, createLinuxOmnibox, type Walls } from '../../src/omnibox/linux/linux-omnibox.ts'
import { closeDoor } from '../../src/omnibox/linux/net-namespace.ts'
import type { BoxProfile, Omnibox } from '../../src/spec/ports/box.ts'
import type { SessionWay } from '../../src/spec/ports/gateway.ts'
import type { WayOut } from '../../src/spec/ports/way-out.ts'
import { countingIds } from '../support/counting-ids.ts'
import { realClock } from '../support/real-clock.ts'
import { openTestGateway, type TestGateway } from '../support/test-gateway.ts'

const root = join(import.meta.dirname, '../..')
const isRoot = process.getuid?.() === 0
const source = (name: string) => [process.execPath, join(root, 'src/omnibox', name)]

let gateway: TestGateway
let runs = 0
beforeAll(async () => {
  gateway = await openTestGateway()
})
afterAll(() => gateway.close())

interface Without {
  readonly walls?: (places: ReturnType<typeof canaryPlaces>) => Walls
  readonly profile?: (profile: BoxProfile) => BoxProfile
  readonly place?: Partial<CanaryPlace>
  readonly routes?: boolean
}

/** One canary, in the user's own home folder: a box has another folder in place of the one for temporary files. */
async function canary({ walls, profile = (same) => same, place, routes = true }: Without = {}) {
  const [folder, state] = [await mkdtemp(join(homedir(), '.omni-canary-test-')), await mkdtemp(join(tmpdir(), 'omni-state-'))]
  const ways: SessionWay[] = []
  onTestFinished(async () => {
    for (const way of ways) await way.close()
    for (const each of [folder, state]) await rm(each, { recursive: true, force: true })
  })
  const places = canaryPlaces(folder)
  const whole = createLinuxOmnibox({ clock: realClock, ids: countingIds(), machine: { secrets: [places.hidden], state }, dir: join(state, 'boxes'), netnsProgram: source('linux/netns-program.ts'), routes }, walls?.(places))
  const omnibox: Omnibox = { open: (asked) => whole.open(profile(asked)) }
  return runCanary(omnibox, {
    clock: realClock, system: linuxCanary, folder, word: 'planted7f3a91', program: source('canary/canary-program.ts'), programs: [process.execPath, ...['src', 'package.json'].map((name) => join(root, name))], controlPort: undefined,
    async openWay(table) {
      runs += 1
      const way = await gateway.open({ session: `ses_canary${runs}`, secrets: [], services: [], table, patienceMs: 1_000 }, () => undefined)
      ways.push(way)
      return way
    },
    ...place,
  })
}

const out = (results: Awaited<ReturnType<typeof runCanary>>) => results.filter(({ blocked }) => !blocked).map(({ name }) => name)

const changed = (change: Walls['change']): Walls => ({ ...allWalls, change })
function placeOf(words: readonly string[], run: readonly string[]): number {
  const at = words.findIndex((_, index) => run.every((word, offset) => words[index + offset] === word))
  if (at < 0) throw new Error(`there is no ${run.join(' ')} in it`)
  return at
}
const lacking = (...gone: readonly string[]): Walls => changed((words) => words.toSpliced(placeOf(words, gone), gone.length))
const before = (place: readonly string[], more: readonly string[]): Walls => changed((words) => words.toSpliced(placeOf(words, place), 0, ...more))
const having = (...more: readonly string[]): Walls => changed((words) => words.toSpliced(words.findLastIndex((word) => word === '--remount-ro'), 0, ...more))

it.each([{ leads: 'names and addresses', routes: true }, { leads: 'names only', routes: false }])('finds every way out of a network that leads to $leads blocked, by what blocks it', async ({ routes }) => {
  const results = await canary({ routes })
  expect(results.filter(({ blocked }) => !blocked)).toEqual([])
  const saidOf = new Map(results.map(({ name, detail }) => [name, detail]))
  expect(saidOf.size).toBe(21)
  expect(saidOf.get('writes a git hook')).toMatch(/EROFS/)
  expect(saidOf.get('makes a user namespace')).toMatch(/not permitted/)
  expect(saidOf.get('reaches a service of this machine over TCP')).toMatch(/ECONNREFUSED/)
  expect(saidOf.get('reaches the control port through the gateway')).toBe('the gateway refused it (gateway/address)')
  expect(saidOf.get('reaches it there by its name')).toBe('the gateway refused it (gateway/private-address)')
  expect(saidOf.get('asks the gateway for what no rule allows')).toBe('the gateway refused it (gateway/table)')
})

interface WallCase {
  readonly wall: string
  /** Only root’s own danger. */
  readonly root?: true
  readonly without: NonNullable<Without['walls']>
  readonly finds: readonly string[]
}

const wallCases: readonly WallCase[] = [
  { wall: 'the cover of what is hidden', without: ({ hidden }) => changed((words) => lacking('--remount-ro', hidden).change(lacking('--perms', '555', '--tmpfs', hidden).change(words))), finds: ['reads a secret that is hidden in the work folder'] },
  { wall: 'the empty home folder', without: ({ decoy }) => having('--ro-bind', decoy, decoy), finds: ['reads a file of the home folder', 'reads it through a link in the work folder', 'reaches a unix socket of the home folder'] },
  { wall: 'the empty home folder, to write', without: ({ decoy }) => having('--bind', decoy, decoy), finds: ['reads a file of the home folder', 'reads it through a link in the work folder', 'changes a file of the home folder', 'reaches a unix socket of the home folder'] },
  {
    wall: 'what keeps the rest of the home folder out', without: ({ workspace }) => before(['--bind', workspace, workspace], ['--bind', dirname(workspace), dirname(workspace)]),
    finds: ['reads a file of the home folder', 'reads it through a link in the work folder', 'changes a file of the home folder', 'writes beside the work folder', 'reaches a unix socket of the home folder'],
  },
  { wall: 'the frozen hooks', without: ({ workspace }) => lacking('--ro-bind', `${workspace}/.git/hooks`, `${workspace}/.git/hooks`), finds: ['writes a git hook'] },
  { wall: 'the frozen configuration', without: ({ workspace }) => lacking('--ro-bind', `${workspace}/.git/config`, `${workspace}/.git/config`), finds: ['changes the repository’s configuration'] },
  { wall: 'the read-only settings of the kernel', root: true, without: () => lacking('--remount-ro', '/proc'), finds: ['opens a setting of the kernel to write'] },
  { wall: 'the dropped rights', root: true, without: () => changed((words) => words.map((word) => (word === '--cap-drop' ? '--cap-add' : word))), finds: ['has rights of root'] },
  { wall: 'the filter', without: () => ({ ...allWalls, filter: false }), finds: ['makes system calls that nothing filters'] },
  { wall: 'both walls around namespaces', without: () => ({ ...lacking('--disable-userns'), filter: false }), finds: ['makes system calls that nothing filters', 'makes a user namespace'] },
  { wall: 'the processes of its own', without: () => lacking('--unshare-pid'), finds: ['sees a process of this machine'] },
]

describe('without one wall', () => {
  it.each(wallCases.filter(({ root: ofRoot }) => isRoot || ofRoot !== true))('finds what $wall held', async ({ without, finds }) => {
    expect(out(await canary({ walls: without }))).toEqual(finds)
  })

  it('finds what the network of its own held, and that there is no gateway', async () => {
    const results = await canary({ walls: () => lacking('--unshare-net'), profile: ({ way: _way, ...rest }) => rest })
    expect(out(results)).toEqual([
      'reaches a service of this machine over TCP', 'reaches one over IPv6', 'reaches one over UDP', 'reaches a unix socket without a file', 'reaches the control port',
      'reaches the control port through the gateway', 'reaches it there by its name', 'asks the gateway for what no rule allows',
    ])
    expect(results.at(-1)?.detail).toMatch(/^could not be tried: .*ECONNREFUSED/)
  })
})

it('finds a gateway that passes on whatever it is asked for', async () => {
  const careless = createServer((incoming, outgoing) => {
    fetch(incoming.url ?? '').then(async (answer) => outgoing.writeHead(answer.status).end(await answer.text()), () => outgoing.writeHead(502).end())
  })
  const openWay = async (): Promise<WayOut> => ({
    root: createCertificateAuthority({ session: 'ses_1', now: () => realClock.now() }).root,
    async serve(source) {
      const doors = await source.listen()
      for (const door of doors) {
        if (door.kind === 'proxy') door.server.on('connection', (socket) => (careless.emit('connection', socket), socket.resume()))
      }
      return async () => doors.forEach(closeDoor)
    },
  })
  expect(out(await canary({ place: { openWay } }))).toEqual(['reaches the control port through the gateway', 'reaches it there by its name', 'asks the gateway for what no rule allows'])
})

it('reaches for the server’s own port where one is named', async () => {
  const server = createServer((_, outgoing) => outgoing.writeHead(401).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const controlPort = typeof address === 'object' && address !== null ? address.port : 0
  const results = await canary({ place: { controlPort }, walls: () => lacking('--unshare-net'), profile: ({ way: _way, ...rest }) => rest })
  expect(results.find(({ name }) => name === 'reaches the control port')).toEqual({ name: 'reaches the control port', blocked: false, detail: 'was answered with status 401' })
})

it.each([
  { problem: 'a program that is not there', place: { program: ['/nowhere/node'] }, says: /ENOENT/ },
  { problem: 'a program that does not see its own file', place: { programs: [] }, says: /Nothing can be tried/ },
])('knows nothing of a box with $problem', async ({ place, says }) => {
  await expect(canary({ place })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(says) })
})

it('takes no write that stays in the box for a way out', async () => {
  const results = await canary({ walls: () => lacking('--remount-ro', '/') })
  expect(results.find(({ name }) => name === 'writes beside the work folder')).toMatchObject({ blocked: true, detail: 'what it wrote stayed in the box' })
})

it('takes what was cut short for not blocked', async () => {
  const script = `echo '{"name":"writes in the work folder","outcome":"out","detail":""}'; echo '{"name":"writes a git hook","outcome":"blocked","detail":"no"}'; echo nonsense; echo broken >&2; exit 3`
  const results = await canary({ place: { program: ['/bin/sh', '-c', script] } })
  expect(results.filter(({ blocked }) => blocked).map(({ name }) => name)).toEqual(['writes a git hook'])
  expect(results.at(-1)?.detail).toBe('could not be tried: broken')
})
