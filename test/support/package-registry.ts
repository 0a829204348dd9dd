import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Packages of one file each, as a registry serves them, and projects that lock them all. */
export function packageRegistry(count: number) {
  const packages = new Map(Array.from({ length: count }, (_, index) => [`pack-${index}`, tarball(`pack-${index}`)]))
  return {
    /** Answers with what `npm ci` fetches. @param hold what is waited for before an answer */
    serve: (hold: () => Promise<void> = async () => undefined): RequestListener => (request, response) => {
      const content = packages.get(/^\/([\w-]+)\/-\//.exec(request.url ?? '')?.[1] ?? '')
      void hold().then(() => (content === undefined ? response.writeHead(404).end() : response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(content)))
    },
    /** @param settings lines of `.npmrc` besides */
    writeProject(folder: string, registry: string, settings: readonly string[] = []): void {
      const dependencies = Object.fromEntries([...packages.keys()].map((name) => [name, '1.0.0']))
      const locked = Object.fromEntries([...packages].map(([name, content]) => [`node_modules/${name}`, { version: '1.0.0', resolved: `${registry}/${name}/-/${name}-1.0.0.tgz`, integrity: `sha512-${createHash('sha512').update(content).digest('base64')}` }]))
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', dependencies }))
      writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages: { '': { name: 'app', version: '1.0.0', dependencies }, ...locked } }))
      writeFileSync(join(folder, '.npmrc'), [`registry=${registry}`, 'audit=false', 'fund=false', 'update-notifier=false', 'fetch-retries=0', ...settings, ''].join('\n'))
    },
  }
}

/** A package with one file, as `npm pack` lays it out. */
function tarball(name: string): Buffer {
  const content = Buffer.from(JSON.stringify({ name, version: '1.0.0' }))
  const header = Buffer.alloc(512)
  const put = (at: number, text: string) => header.write(text, at, 'latin1')
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`
  put(0, 'package/package.json')
  put(100, octal(0o644, 8)); put(108, octal(0, 8)); put(116, octal(0, 8)); put(124, octal(content.length, 12)); put(136, octal(0, 12))
  put(148, ' '.repeat(8)); put(156, '0'); put(257, 'ustar\0'); put(263, '00')
  put(148, octal(header.reduce((sum, byte) => sum + byte, 0), 8))
  return gzipSync(Buffer.concat([header, content, Buffer.alloc(512 - (content.length % 512)), Buffer.alloc(1_024)]))
}
