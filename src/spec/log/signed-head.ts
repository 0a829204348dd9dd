/**
 * Signed heads, version 1: `signature` is Ed25519 (RFC 8032) over the UTF-8 bytes of JCS({at, hash, key, seq, tree}), base64;
 * `key` is the public key, SPKI DER, base64. A head proves that the holder of the key had this log, complete up to `seq`, at `at`.
 * It does not prove who that holder is: compare `key` with one you got another way.
 */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../../base/canonical-json.ts'
import { Hash } from '../events/envelope.ts'
import type { SignedHead } from '../ports/session-store.ts'

export const SignedHeadText = z.strictObject({
  tree: z.string(),
  seq: z.number().int().positive(),
  hash: Hash,
  at: z.number().int().nonnegative(),
  signature: z.base64(),
  key: z.base64(),
})

/** `privateKey` is an Ed25519 private key. */
export function signHead(head: Pick<SignedHead, 'tree' | 'seq' | 'hash' | 'at'>, privateKey: KeyObject): SignedHead {
  const { tree, seq, hash, at } = head
  const key = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
  const signature = sign(null, signedBytes({ tree, seq, hash, at, key }), privateKey).toString('base64')
  return { tree, seq, hash, at, signature, key }
}

/** True when the signature is that of `head.key`. False for anything else, a broken key included. */
export function verifyHead(head: SignedHead): boolean {
  const { tree, seq, hash, at, key } = head
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), type: 'spki', format: 'der' })
    // Another kind of key would accept other signatures than the format names.
    if (publicKey.asymmetricKeyType !== 'ed25519') return false
    return verify(null, signedBytes({ tree, seq, hash, at, key }), publicKey, Buffer.from(head.signature, 'base64'))
  } catch {
    // Not a key, or no text that can be signed: nobody signed this.
    return false
  }
}

function signedBytes(head: Omit<SignedHead, 'signature'>): Buffer {
  return Buffer.from(canonicalJson(head), 'utf8')
}
