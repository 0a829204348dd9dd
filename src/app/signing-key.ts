import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

/** Reads this server's Ed25519 key, made on first use, readable by its owner only. */
export async function readSigningKey(path: string): Promise<KeyObject> {
  const known = await readFile(path, 'utf8').catch(() => undefined)
  if (known !== undefined) return createPrivateKey(known)
  const { privateKey } = generateKeyPairSync('ed25519')
  await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  return privateKey
}
