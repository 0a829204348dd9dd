import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { canonicalJson } from '../base/canonical-json.ts'
import type { SignedHead } from '../spec/ports/session-store.ts'

/** Reads this server's Ed25519 key, made on first use, readable by its owner only. */
export async function readSigningKey(path: string): Promise<KeyObject> {
  const known = await readFile(path, 'utf8').catch(() => undefined)
  if (known !== undefined) return createPrivateKey(known)
  const { privateKey } = generateKeyPairSync('ed25519')
  await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  return privateKey
}

/** Signs heads: completeness of a log up to one can be checked later without this server. */
export function headSigner(privateKey: KeyObject): (head: Omit<SignedHead, 'signature' | 'key'>) => SignedHead {
  const key = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
  return (head) => ({ ...head, signature: sign(null, Buffer.from(canonicalJson(head)), privateKey).toString('base64'), key })
}
