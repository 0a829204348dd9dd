import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readEntry } from '../../../src/omnibox/process/process-table.ts'
import type { Box, BoxProcess } from '../../../src/spec/ports/box.ts'
import { realClock } from '../../support/real-clock.ts'

const env = { PATH: '/usr/bin:/bin' }

/**
 * What every box does, whatever its walls: streams, environment, processes and their end.
 * @param adds variables that a box gives each program beside those of its command
 */
export function boxCases(open: (workspace: string) => Promise<Box>, { startsThroughBwrap, adds = [] }: { readonly startsThroughBwrap: boolean; readonly adds?: readonly string[] }): void {
  let workspace: string
  let box: Box
  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'omni-box-'))
    box = await open(workspace)
  })
  afterEach(async () => {
    await box.close()
    await rm(workspace, { recursive: true })
  })
  const shell = (script: string, more: Record<string, string> = {}) =>
    box.spawn({ file: 'sh', args: ['-c', script], cwd: workspace, env: { ...env, ...more } })
  /** Resolves with the first line: the script says so when it has started what it starts. */
  const firstLine = async (process: BoxProcess): Promise<string> => {
    let seen = ''
    for await (const chunk of process.stdout.iterator({ destroyOnReturn: false })) {
      seen += String(chunk)
      if (seen.includes('\n')) break
    }
    return seen.split('\n')[0] ?? ''
  }
  const commands = async () => (await box.processes()).map((info) => info.command).sort()

  it('connects the three streams and reports the exit code', async () => {
    const process = shell('cat; echo problem >&2; exit 3')
    process.stdin.end('hello')
    expect(await Promise.all([text(process.stdout), text(process.stderr)])).toEqual(['hello', 'problem\n'])
    expect(await process.exited).toEqual({ code: 3, signal: null })
  })

  it('gives the program the environment of the command and nothing else', async () => {
    const process = box.spawn({ file: 'env', args: [], cwd: workspace, env: { ...env, KEY: 'a "b"\n--c' } })
    const seen = await text(process.stdout)
    expect(seen).toContain('KEY=a "b"\n--c')
    const allowed = new Set(['PATH', 'KEY', 'PWD', 'OMNI_BOX', '--c', ...adds])
    expect(seen.trim().split('\n').map((line) => line.split('=')[0]).filter((name) => !allowed.has(name ?? ''))).toEqual([])
    await process.exited
  })

  it('shows the environment to no one through its launcher', async () => {
    const files = startsThroughBwrap ? '/proc/[0-9]*/cmdline /proc/1/environ' : '/proc/[0-9]*/cmdline'
    const secret = randomUUID()
    // Without a namespace these are the command lines of the whole machine, whatever they look like.
    const process = shell(`echo up; for f in ${files}; do tr "\\0" " " < $f; done; exit 0`, { TOKEN: secret })
    const seen = await text(process.stdout)
    expect(seen).toMatch(/^up\n[^]*echo up/)
    expect(seen).not.toContain(secret)
    await process.exited
  })

  it('passes on no descriptor but the three streams', async () => {
    const process = box.spawn({ file: 'ls', args: ['-l', '/proc/self/fd'], cwd: workspace, env })
    const lines = (await text(process.stdout)).split('\n').filter((line) => line.includes('->'))
    const others = lines.filter((line) => !/ [012] -> /.test(line) && !line.endsWith('/dev/null') && !/\/proc\/\d+\/fd$/.test(line))
    expect(others).toEqual([])
    await process.exited
  })

  it.each([
    ['a missing program', 'no-such-program', 'ENOENT'],
    ['a missing file', '/nowhere/program', 'ENOENT'],
    ['a file that is not executable', '/etc/passwd', 'EACCES'],
    ['a folder', '/tmp', 'EACCES'],
  ])('answers a start of %s with a start error', async (_name, file, code) => {
    const process = box.spawn({ file, args: [], cwd: workspace, env })
    expect((await process.exited).startError).toContain(code)
    expect(process.pid).toBeUndefined()
    expect(await text(process.stdout)).toBe('')
    await process.stop()
  })

  it('refuses a missing work folder and words that would smuggle launcher options', async () => {
    const start = (command: Partial<Parameters<Box['spawn']>[0]>) => box.spawn({ file: 'true', args: [], cwd: workspace, env, ...command }).exited
    const missing = join(workspace, 'missing')
    expect((await start({ cwd: missing })).startError).toContain(missing)
    expect((await start({ env: { ...env, A: 'x\0--ro-bind' } })).startError).toContain('"A"')
    expect((await start({ args: ['a\0b'] })).startError).toContain('NUL')
  })

  it('knows the program by the pid this machine gives it', async () => {
    const process = shell('echo ready; exec sleep 300')
    await firstLine(process)
    await expect.poll(commands).toEqual(['sleep 300'])
    expect(process.pid).toBe((await box.processes())[0]?.pid)
  })

  it('lists and stops children that left the group, daemons and double forks', async () => {
    const process = shell('setsid sleep 301 & (sleep 302 &) ; (setsid sh -c "sleep 303 & exit" &) ; sleep 0.1; echo ready; exec sleep 304')
    await firstLine(process)
    await expect.poll(commands).toEqual(['sleep 301', 'sleep 302', 'sleep 303', 'sleep 304'])
    const before = await box.processes()
    await process.stop()
    expect(before.filter(({ pid }) => readEntry(pid) !== undefined)).toEqual([])
    expect(await box.processes()).toEqual([])
  })

  it('kills after the grace what ignores SIGTERM', async () => {
    const process = shell('trap "" TERM; echo ready; while :; do sleep 1; done')
    await firstLine(process)
    await process.stop(50)
    expect(await process.exited).toMatchObject({ signal: 'SIGKILL' })
    expect(await box.processes()).toEqual([])
  })

  it('lets a program that hears SIGTERM say goodbye', async () => {
    const process = shell('trap "echo bye; exit 5" TERM; echo ready; while :; do sleep 0.05; done')
    const output = text(process.stdout)
    await expect.poll(async () => (await commands()).some((command) => command.startsWith('sleep'))).toBe(true)
    await process.stop()
    expect(await output).toBe('ready\nbye\n')
    expect((await process.exited).code).toBe(5)
  })

  it('ends what a program left behind when it exits by itself', async () => {
    const process = shell('setsid sleep 305 >/dev/null 2>&1 & echo $!; sleep 0.1')
    await process.exited
    expect(await box.processes()).toEqual([])
  })

  it('stops a program that has only just been started', async () => {
    const process = shell('sleep 306')
    await process.stop(0)
    expect(await process.exited).toMatchObject({ code: expect.toSatisfy((code) => code !== 0) })
    expect(await box.processes()).toEqual([])
  })

  it('ends only what was born since a moment and is not kept', async () => {
    const process = shell('sleep 307 & echo ready; read line; setsid sleep 308 & trap "" TERM; sleep 309 & sleep 310')
    await firstLine(process)
    await expect.poll(commands).toContain('sleep 307') // A fork is named as its parent until it has become its program.
    const old = await box.processes()
    const since = Math.max(...old.map(({ startedAt }) => startedAt)) + 50 // A birth is known to 20 ms.
    await expect.poll(() => realClock.now()).toBeGreaterThan(since)
    process.stdin.write('go\n')
    await expect.poll(commands).toEqual(expect.arrayContaining(['sleep 308', 'sleep 309', 'sleep 310']))
    const ended = await box.endSince(since, ({ command }) => command === 'sleep 310')
    expect(ended.map(({ command }) => command).sort()).toEqual(['sleep 308', 'sleep 309'])
    expect(await commands()).toEqual([...old.map(({ command }) => command), 'sleep 310'].sort())
  })

  it('leaves nothing when it is closed, and starts nothing more', async () => {
    const processes = [shell('sleep 311'), shell('setsid sleep 312 & wait')]
    await expect.poll(commands).toContain('sleep 312')
    await box.close()
    expect(await box.processes()).toEqual([])
    for (const process of processes) expect((await process.exited).startError).toBeUndefined()
    expect(() => shell('true')).toThrow(/closed/)
  })

  it('survives writes to a program that has gone', async () => {
    const process = shell('exit 0')
    await process.exited
    process.stdin.write('late\n')
    expect((await process.exited).code).toBe(0)
  })

  it('runs scripts by their first line', async () => {
    const script = join(workspace, 'tool')
    await writeFile(script, '#!/bin/sh\necho from $0\n', { mode: 0o755 })
    const process = box.spawn({ file: './tool', args: [], cwd: workspace, env })
    expect(await text(process.stdout)).toContain(`from ${script}`)
    await process.exited
  })
}
