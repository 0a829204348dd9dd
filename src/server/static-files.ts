import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import type { Handler } from 'hono'
import { AppError } from '../spec/app-error.ts'

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml',
  png: 'image/png', ico: 'image/x-icon', woff2: 'font/woff2', json: 'application/json', webmanifest: 'application/manifest+json', map: 'application/json',
}

/** Nothing inline runs, nothing comes from elsewhere, nobody frames us. */
const contentSecurityPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'",
  "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ')

/**
 * The built page: hashed files for ever, everything else is the page itself, so that deep links work. Files are read
 * once and kept; the precompressed `.br` or `.gz` beside a file is sent where the browser takes it.
 */
export function staticFiles(dir: string | undefined): Handler {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>()
  const read = async (path: string) => {
    const known = kept.get(path)
    if (known !== undefined) return known
    // A missing file is an answer here, not a failure; only files that are there are kept, so that guessing fills no memory.
    const bytes = await readFile(path).then((content) => new Uint8Array(content), () => undefined)
    if (bytes !== undefined) kept.set(path, bytes)
    return bytes
  }
  return async (context) => {
    if (dir === undefined) throw new AppError('not_found', 'The web page was not built. In a checkout: npm run build')
    const asked = normalize(decodeURIComponent(new URL(context.req.url).pathname)).replace(/^\/+/, '')
    if (asked.split('/').includes('..') || asked.includes('\0')) throw new AppError('not_found', 'There is nothing here.')
    const isFile = /\.[a-z0-9]+$/i.test(asked)
    const name = isFile ? asked : 'index.html'
    const accepted = context.req.header('accept-encoding') ?? ''
    const encoding = accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gz' : ''
    const packed = encoding === '' ? undefined : await read(join(dir, `${name}.${encoding}`))
    const bytes = packed ?? (await read(join(dir, name)))
    if (bytes === undefined) throw new AppError('not_found', 'There is nothing here.')
    const headers = new Headers({
      'content-type': types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': contentSecurityPolicy, vary: 'accept-encoding',
    })
    if (packed !== undefined) headers.set('content-encoding', encoding === 'gz' ? 'gzip' : 'br')
    return new Response(bytes, { headers })
  }
}
