import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it, onTestFinished } from 'vitest'
import { findSecret } from './find-secret.ts'

const secret = 'sk-r3al/+"&key%=0123456789'

const written: readonly (readonly [form: string, text: string])[] = [
  ['raw', secret], ['hex', Buffer.from(secret).toString('hex')], ['url', encodeURIComponent(secret)], ['json', JSON.stringify({ key: secret })],
  ...[0, 1, 2, 3].map((offset) => [`base64 at ${offset % 3}`, Buffer.from(`${'x'.repeat(offset)}${secret}zz`).toString('base64')] as const),
]

it.each(written)('finds a secret written as %s, also inside gzip', (form, text) => {
  const dir = mkdtempSync(join(tmpdir(), 'omni-find-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  writeFileSync(join(dir, 'plain'), `before ${text} after`)
  writeFileSync(join(dir, 'packed'), Buffer.concat([Buffer.from('junk'), gzipSync(`before ${text} after`)]))
  const found = findSecret(secret, [dir])
  expect(found).toContain(`${join(dir, 'plain')}: ${form}`)
  expect(found).toContain(`${join(dir, 'packed')} (gzip at 4): ${form}`)
})
