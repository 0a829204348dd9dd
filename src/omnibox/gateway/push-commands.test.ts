import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rejectPush } from './push-answer.ts'
import { pushStageOf, readPushCommands } from './push-commands.ts'

const line = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text
const [none, one, two] = ['0'.repeat(40), 'a'.repeat(40), 'b'.repeat(40)]
const list = Buffer.from(`${line(`shallow ${one}`)}${line(`${none} ${one} refs/heads/new\0 report-status side-band-64k agent=git/2\n`)}${line(`${one} ${two} refs/heads/main`)}${line(`${one} ${none} refs/heads/old`)}0000PACK…`)

describe('the command list of a push', () => {
  it('is read to its end', () => {
    expect(readPushCommands(list)).toMatchObject({ type: 'commands', capabilities: ['report-status', 'side-band-64k', 'agent=git/2'], refs: [{ ref: 'refs/heads/new', create: true, delete: false }, { ref: 'refs/heads/main', old: one, new: two, create: false, delete: false }, { ref: 'refs/heads/old', delete: true }] })
    for (let length = 0; length < list.indexOf('0000PACK') + 4; length += 1) expect(readPushCommands(list.subarray(0, length)).type).toBe('incomplete')
    expect(readPushCommands(Buffer.from('0000'))).toMatchObject({ type: 'commands', refs: [] })
  })

  it.each([
    ['a signed push', `${line(`push-cert\0 report-status\n`)}0000`], ['a length that is none', 'zzzz'], ['a length of three', '0003'], ['a delimiter', '0001'], ['an empty line', '0004'],
    ['a ref with a space', `${line(`${none} ${one} refs/heads/a b`)}0000`], ['a short id', `${line(`${none} abc refs/heads/a`)}0000`], ['two lists of capabilities', `${line(`${none} ${one} refs/a\0x`)}${line(`${none} ${one} refs/b\0y`)}0000`],
  ])('is not guessed at: %s', (_name, text) => expect(readPushCommands(Buffer.from(text)).type).toBe('unreadable'))

  it('never breaks the reader', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readPushCommands(Buffer.concat([list.subarray(0, 60), bytes]))))
  })
})

it('is known by its path, however generously a server reads it, and by its type', () => {
  const stage = (path: string, more: { query?: string; types?: string[] } = {}) => pushStageOf({ path, query: more.query, types: more.types ?? [] })
  expect([stage('/a.git/git-receive-pack'), stage('/a.git/Git-Receive-Pack/'), stage('/odd', { types: ['application/x-git-receive-pack-request'] })]).toEqual(['push', 'push', 'push'])
  expect([stage('/a.git/info/refs', { query: 'service=git-receive-pack' }), stage('/a.git/info/refs', { query: 'x=1&service=git%2Dreceive-pack' })]).toEqual(['refs', 'refs'])
  expect([stage('/a.git/info/refs', { query: 'service=git-upload-pack' }), stage('/a.git/git-upload-pack'), stage('/git-receive-pack.html')]).toEqual([undefined, undefined, undefined])
})

it('refuses in plain lines where no bands were agreed, and not at all where no report was', () => {
  const reason = { short: 'no\nnever', long: 'x' }
  expect(String(rejectPush(['refs/heads/a'], ['report-status'], reason))).toBe(`${line('unpack ok\n')}${line('ng refs/heads/a no never\n')}0000`)
  expect(rejectPush(['refs/heads/a'], [], reason)).toBeUndefined()
})
