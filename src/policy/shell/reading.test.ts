import { describe, expect, it } from 'vitest'
import { place, readLine, reasonsOf } from '../../../test/policy/read-line.ts'
import type { ShellFact } from './facts.ts'
import { readLineActions } from './read-line-actions.ts'
import { readShell } from './read-shell.ts'
import { fileText, know, limits, newReading, spend } from './reading.ts'

const reasons = (line: string) => reasonsOf(readLine({ line }))
const file = (text: string): ShellFact => ({ type: 'file', text, sha256: '' })
const need = (name: string) => ({ key: `file:${name}`, type: 'file', path: name } as const)

describe('what a reading asks for', () => {
  it('is noted once, and followed once it is told', () => {
    const reading = newReading(new Map([['file:/a', file('x')]]))
    expect(know(reading, need('/a'))).toEqual(file('x'))
    expect(know(reading, need('/b'))).toBeUndefined()
    expect(know(reading, need('/b'))).toBeUndefined()
    expect([[...reading.followed], [...reading.needs.keys()]]).toEqual([['file:/a'], ['file:/b']])
  })
  it('is no more than 64 files and repositories', () => {
    const reading = newReading(new Map([['file:/0', file('x')]]))
    const answers = Array.from({ length: 65 }, (_, index) => know(reading, need(`/${index}`)))
    expect(answers[63]).toBeUndefined()
    expect(answers[64]).toEqual({ type: 'absent', reason: 'more than 64 files and repositories are involved' })
    // Those already asked for are still answered.
    expect([know(reading, need('/0')), know(reading, need('/63'))]).toEqual([file('x'), undefined])
    expect(reading.needs.size + reading.followed.size).toBe(64)
  })
})

describe('the text of a file', () => {
  it('is what the line wrote into it, else what is there', () => {
    const reading = newReading(new Map<string, ShellFact>([['file:/a', file('there')], ['file:/gone', { type: 'absent', reason: 'missing' }], ['file:/odd', { type: 'git', config: [] }]]))
    reading.written.set('/w', 'written').set('/u', undefined)
    expect(['/a', '/w', '/u', '/gone', '/odd', '/asked'].map((path) => fileText(reading, path))).toEqual([{ text: 'there' }, { text: 'written' }, { absent: 'it is written by the same line' }, { absent: 'missing' }, { absent: 'it is not a file' }, 'asked'])
    expect(reading.volume).toBe('there'.length + 'written'.length)
  })
  it('is not read beyond the cap', () => {
    const reading = newReading(new Map([['file:/a', file('x'.repeat(limits.volume))]]))
    expect(fileText(reading, '/a')).toHaveProperty('text')
    expect(fileText(reading, '/a')).toEqual({ absent: 'too much text is involved' })
    expect(reading.exceeded).toBe('more than 1048576 characters of text')
  })
})

it('ends at the first cap that is exceeded, and says which', () => {
  const reading = newReading(new Map())
  expect([spend(reading, 'commands', limits.commands), reading.exceeded]).toEqual([true, undefined])
  expect([spend(reading, 'words', limits.words), spend(reading, 'words', 1), reading.exceeded]).toEqual([true, false, 'more than 50000 words'])
  expect([spend(reading, 'commands', 1), spend(reading, 'steps', 1), reading.exceeded]).toEqual([false, false, 'more than 50000 words'])
})

describe('a line beyond a cap', () => {
  it.each([
    ['commands', ': ;'.repeat(2_000), ': ;'.repeat(2_001), 'more than 2000 commands'],
    ['statements', '{ { { { a=1; }; }; }; };'.repeat(2_000), `${'{ { { { a=1; }; }; }; };'.repeat(1_999)}{ { { { { a=1; }; }; }; }; }`, 'more than 10000 steps'],
    ['actions', `x=; ${'> a'.repeat(4_000)}`, `x=; ${'> a'.repeat(4_001)}`, 'more than 4000 actions'],
    ['syntax', `${'{ '.repeat(200)}ls${'; }'.repeat(200)}`, `${'{ '.repeat(201)}ls${'; }'.repeat(201)}`, 'nested more than 200 deep'],
    ['substitutions', `${'echo $('.repeat(100)}ls${')'.repeat(100)}`, `${'echo $('.repeat(101)}ls${')'.repeat(101)}`, 'nested more than 200 deep'],
    ['text', `echo ${'a'.repeat(65_531)}`, `echo ${'a'.repeat(65_532)}`, 'longer than 65536 characters'],
    ['evaluations', `${'eval '.repeat(24)}ls`, `${'eval '.repeat(25)}ls`, 'scripts call each other more than 24 deep'],
    ['programs', `${'nohup '.repeat(24)}ls`, `${'nohup '.repeat(26)}ls`, 'programs start each other more than 24 deep'],
  ])('of %s is doubted, one at it is read', (_, read, doubted, reason) => {
    expect(reasons(read)).toEqual([])
    expect(reasons(doubted)).toContain(reason)
  })
  it('says so with its beginning only', () => {
    expect(readLine({ line: ': ;'.repeat(2_001) }).actions.at(-1)).toEqual({ kind: 'exec', command: ': ;'.repeat(67).slice(0, 200), opaque: ['more than 2000 commands'], outbound: 'unknown' })
    expect(readLine({ line: `${'a'.repeat(300)}\0` }).actions).toEqual([{ kind: 'exec', command: `${'a'.repeat(200)}…`, cwd: place.cwd, opaque: ['it holds a NUL character'], outbound: 'unknown' }])
    expect(readLine({ line: 'ls \0 x' }).actions).toMatchObject([{ command: 'ls ␀ x' }])
  })
  it('gives no word that grows beyond it', () => {
    const line = (count: number) => `x=${'a'.repeat(32_768)}; echo "${'$x'.repeat(count)}"`
    expect(readLine({ line: line(2) }).actions).toMatchObject([{ argv: ['echo', expect.any(String)] }])
    expect(readLine({ line: line(3) }).actions).toMatchObject([{ prefix: ['echo'] }])
  })
})

it('reads a line where no script and no setting of git is there', () => {
  expect(readLineActions('git push && ./x.sh && npm test')).toEqual([
    { kind: 'exec', command: 'git push', argv: ['git', 'push'], cwd: '/home/user/project', outbound: true }, { kind: 'git.push', outbound: true },
    { kind: 'exec', command: './x.sh', argv: ['./x.sh'], cwd: '/home/user/project', outbound: 'unknown', opaque: ['/home/user/project/x.sh cannot be read: missing'] },
    { kind: 'exec', command: 'npm test', argv: ['npm', 'test'], cwd: '/home/user/project', outbound: 'unknown', opaque: ['no package.json with the script test is found'] },
  ])
})

it('reads functions that nothing calls by name, whatever they are called with, once', () => {
  const { actions, needs } = readShell('x=1; f() { tool "$1" $x; exit; }; g() { tool two; }; g', place, new Map())
  expect([actions.map((action) => (action.kind === 'exec' ? action.command : '')), needs]).toEqual([['g', 'tool two', 'tool "$1" $x', 'exit'], []])
  expect(actions[2]).toMatchObject({ prefix: ['tool'] })
})
