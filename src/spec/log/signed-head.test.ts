import { createHash, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SignedHeadText, signHead, verifyHead } from './signed-head.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const hash = createHash('sha256').update('x').digest('hex')
const head = signHead({ tree: 't', seq: 3, hash, at: 5 }, privateKey)

describe('signed heads', () => {
  it('verify with the key they carry', () => {
    expect(verifyHead(head)).toBe(true)
    expect(SignedHeadText.safeParse(head).success).toBe(true)
  })

  it('do not verify when any member was changed', () => {
    const other = signHead({ tree: 't', seq: 3, hash, at: 5 }, generateKeyPairSync('ed25519').privateKey)
    for (const change of [{ tree: 'u' }, { seq: 4 }, { hash: hash.replace(/^./, 'g') }, { at: 6 }, { key: other.key }, { signature: other.signature }, { key: '' }, { signature: '' }, { key: 'AAAA' }, { tree: '\ud800' }]) {
      expect(verifyHead({ ...head, ...change })).toBe(false)
    }
  })

  it('do not verify with another kind of key', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    expect(verifyHead({ ...head, key })).toBe(false)
  })
})
