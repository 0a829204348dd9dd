import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** A secret in every form in which programs write it down, by the form's name. */
export function formsOf(secret: string): Readonly<Record<string, Buffer>> {
  const bytes = Buffer.from(secret)
  // In the middle of other text Base64 has three ways to begin; what its neighbours change is cut off.
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '')
    const whole = Math.floor(((offset + bytes.length) * 8) / 6)
    return text.slice(Math.ceil((offset * 8) / 6), whole)
  })
  const forms: Record<string, string> = {
    raw: secret, hex: bytes.toString('hex'), HEX: bytes.toString('hex').toUpperCase(), url: encodeURIComponent(secret), json: JSON.stringify(secret).slice(1, -1),
    ...Object.fromEntries(base64.flatMap((text, offset) => [[`base64 at ${offset}`, text], [`base64url at ${offset}`, text.replaceAll('+', '-').replaceAll('/', '_')]])),
  }
  const different = new Map(Object.entries(forms).toReversed().map(([name, text]) => [text, name]))
  return Object.fromEntries([...different].map(([text, name]) => [name, Buffer.from(text)]))
}

/** Where a secret stands in these files and folders: `path: form`. What is packed with gzip is looked into. */
export function findSecret(secret: string, places: readonly string[]): string[] {
  const forms = Object.entries(formsOf(secret))
  const found: string[] = []
  const look = (path: string, bytes: Buffer): void => {
    for (const [form, needle] of forms) if (bytes.includes(needle)) found.push(`${path}: ${form}`)
    for (let at = bytes.indexOf(gzipMagic); at !== -1; at = bytes.indexOf(gzipMagic, at + 1)) {
      const inner = unpacked(bytes.subarray(at))
      if (inner !== undefined) look(`${path} (gzip at ${at})`, inner)
    }
  }
  const walk = (path: string): void => {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (stats?.isDirectory() === true) for (const name of readdirSync(path)) walk(join(path, name))
    else if (stats?.isFile() === true) look(path, readFileSync(path))
  }
  for (const place of places) walk(place)
  return found
}

const gzipMagic = Buffer.from([0x1f, 0x8b, 0x08])

function unpacked(bytes: Buffer): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: 64 * 1024 * 1024 })
  } catch {
    return undefined // Only looks like it.
  }
}
