import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { groupPlaces, thisMachine } from '../../src/omnibox/linux/group-places.ts'
import { allWalls } from '../../src/omnibox/linux/linux-omnibox.ts'
import { createOffOmnibox } from '../../src/omnibox/off/off-omnibox.ts'
import type { BoxLimits, HeldLimits } from '../../src/spec/box-limits.ts'
import { countingIds } from '../support/counting-ids.ts'
import { forksUntilRefused, groupsOf, limitedBox } from '../support/limited-box.ts'
import { realClock } from '../support/real-clock.ts'

const places = groupPlaces(thisMachine)
const isRoot = process.getuid?.() === 0
/** What this machine lets us hold: on one without control groups of ours these tests show that nothing else is attested. */
const byGroup = (kind: 'memory' | 'pids' | 'cpu') => (places.some(({ kinds }) => kinds.includes(kind)) ? 'kernel' : 'none')
const expected = { memory: byGroup('memory'), pids: byGroup('pids') === 'none' && !isRoot ? 'rlimit' : byGroup('pids'), cpu: byGroup('cpu'), disk: 'none', minutes: 'host' } as const satisfies HeldLimits

async function limited(...options: Parameters<typeof limitedBox>) {
  const world = await limitedBox(...options)
  onTestFinished(() => world.close())
  return world
}

it('attests what holds each limit that was wanted, and says it', async () => {
  const { box } = await limited({ memory: 1024 ** 3, pids: 100, cpu: 1, disk: 1024 ** 3, minutes: 60 })
  expect(box.attestation.limits).toEqual(expected)
  expect(box.attestation.notes.join(' ')).toMatch(/Limits are held: .*minutes by our clock; .*disk by nothing\./)
  expect((await limited({})).box.attestation).toMatchObject({ limits: {}, notes: expect.not.arrayContaining([expect.stringContaining('Limits')]) })
})

it('bounds how many processes its programs have together', async () => {
  const { run, start } = await limited({ pids: 40 })
  const first = start(`${forksUntilRefused.replace('made < 120', 'made < 20')} & wait; sleep 300`)
  await once(first.stdout, 'data')
  const made = Number(await run(forksUntilRefused))
  if (expected.pids === 'none') expect(made).toBe(120)
  else expect(made).toBeLessThan(20)
})

/** Every process makes more of them, for ever. */
const bomb = `exec python3 -c '
import os, time
while True:
    try:
        os.fork()
    except BlockingIOError:
        time.sleep(0.05)'`

it('ends a bomb with the box, and leaves no group', async () => {
  const { box, start, close } = await limitedBox({ pids: 60 })
  expect(groupsOf(process.pid)).toHaveLength(places.filter(({ kinds }) => kinds.includes('pids')).length)
  // Where nothing would stop it, there is no bomb.
  start(expected.pids === 'none' ? 'sleep 300' : bomb)
  await expect.poll(async () => (await box.processes()).length).toBeGreaterThan(expected.pids === 'none' ? 0 : 50)
  expect((await box.processes()).length).toBeLessThanOrEqual(60)
  await close()
  expect([await box.processes(), groupsOf(process.pid)]).toEqual([[], []])
})

it('kills what uses more memory, and nothing else', async () => {
  const { run } = await limited({ memory: 128 * 1024 ** 2 })
  const code = await run(`python3 -c 'print(len(b"x" * (400 * 1024 * 1024)))'; echo code $?`)
  expect(code.trim().split('\n').at(-1)).toBe(expected.memory === 'kernel' ? 'code 137' : 'code 0')
})

it('gives no more of the processors', async () => {
  const { run } = await limited({ cpu: 0.2 })
  const seconds = Number(await run(`python3 -c '
import time
start = time.monotonic()
while time.process_time() < 0.4: pass
print(time.monotonic() - start)'`))
  expect(seconds).toBeGreaterThan(expected.cpu === 'kernel' ? 1.2 : 0)
})

const lookAround = 'ls -A /sys/fs/cgroup 2>/dev/null; find /sys /run /tmp -name cgroup.procs 2>/dev/null; grep omnigent /proc/self/cgroup; mkdir /sys/fs/cgroup/made 2>/dev/null && echo made'

it.each(['workspace', 'open'] as const)('shows nothing of control groups in profile %s', async (name) => {
  const { run } = await limited({ pids: 100, memory: 1024 ** 3 }, { name })
  expect(await run(lookAround)).toBe('')
})

it('would show them in profile open without their cover', async () => {
  const groups = '/sys/fs/cgroup'
  const without = (words: readonly string[], gone: readonly string[]) => {
    const at = words.findIndex((_, index) => gone.every((word, offset) => words[index + offset] === word))
    return at < 0 ? words : words.toSpliced(at, gone.length)
  }
  const change = (words: readonly string[]) => without(without(words, ['--perms', '555', '--tmpfs', groups]), ['--remount-ro', groups])
  const { run } = await limited({ pids: 100 }, { name: 'open', walls: { ...allWalls, change } })
  expect((await run(lookAround)) === '').toBe(!existsSync(groups) || readdirSync(groups).length === 0)
})

it('shows none to who asks for them', async () => {
  await expect(limitedBox({}, { reads: ['/sys/fs/cgroup'] })).rejects.toMatchObject({ code: existsSync('/sys/fs/cgroup') ? 'unavailable' : 'not_found' })
})

it('is not put up where one that is required is held by nothing', async () => {
  const wanted = { memory: 1024 ** 3, disk: 1024 ** 3, minutes: 5, required: true }
  const names = expected.memory === 'none' ? 'memory, disk' : 'disk'
  await expect(limitedBox(wanted)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(new RegExp(`requires limits that nothing holds here: ${names}\\. .*Nothing holds a limit of the disk yet.* out of "limits"`)) })
  expect(groupsOf(process.pid)).toEqual([])
  expect((await limited({ minutes: 5, required: true })).box.attestation.limits).toEqual({ minutes: 'host' })
})

it('has none without walls', async () => {
  const open = (limits: BoxLimits) => createOffOmnibox({ clock: realClock, ids: countingIds() }).open({ name: 'off', workspace: '/tmp', home: '/tmp', limits })
  expect((await open({ pids: 40, minutes: 5 })).attestation).toMatchObject({ limits: { pids: 'none', minutes: 'none' }, notes: expect.arrayContaining(['Limits are held: pids, minutes by nothing.']) })
  await expect(open({ pids: 40, required: true })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('--sandbox workspace') })
})

async function limitedHost(identity: { uid?: number; gid?: number } = {}) {
  const host = spawn(process.execPath, [join(import.meta.dirname, 'limited-host.ts'), JSON.stringify({ memory: 1024 ** 3, pids: 40 })], { cwd: '/tmp', env: { PATH: '/usr/bin:/bin' }, stdio: ['ignore', 'pipe', 'inherit'], ...identity })
  const ended = once(host, 'exit')
  onTestFinished(async () => {
    host.kill('SIGTERM')
    await ended
  })
  const [line] = await once(createInterface({ input: host.stdout }), 'line')
  const { held, made }: { held: HeldLimits; made: number } = JSON.parse(String(line))
  return { host, pid: host.pid ?? 0, held, made }
}

it('holds processes for an ordinary user, also where that may make no control group', async () => {
  const nobody = 65_534
  const { held, made } = await limitedHost(isRoot ? { uid: nobody, gid: nobody } : {})
  expect(held).toEqual(isRoot ? { memory: 'none', pids: 'rlimit' } : { memory: expected.memory, pids: expected.pids })
  expect(made).toBeLessThan(40)
})

it('removes the groups of a host that was killed, and none of one that lives', async () => {
  const [killed, living] = [await limitedHost(), await limitedHost()]
  const both = () => [groupsOf(killed.pid).length, groupsOf(living.pid).length]
  const each = places.filter(({ kinds }) => kinds.includes('memory') || kinds.includes('pids')).length
  expect(both()).toEqual([each, each])
  killed.host.kill('SIGKILL')
  // Its programs die a moment after it.
  await expect.poll(async () => {
    await (await limitedBox({ memory: 1024 ** 3, pids: 40 })).close()
    return both()
  }).toEqual([0, each])
})
