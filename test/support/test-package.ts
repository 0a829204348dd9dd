import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
let made: string | undefined

/** `omni` as npm installs it, compiled and without `src`: what people run is what is tried, and it starts in a third of the time. Made once for each process of tests. */
export function testPackage(): string {
  made ??= build(join(root, '.cache/test', `package-${process.pid}`))
  return made
}

function build(dir: string): string {
  mkdirSync(join(dir, 'bin'), { recursive: true })
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  execFileSync(process.execPath, [join(root, 'scripts/build-node.ts'), join(dir, 'dist/node')], { cwd: root, stdio: 'pipe' })
  for (const file of ['bin/omni.js', 'package.json']) copyFileSync(join(root, file), join(dir, file))
  for (const part of ['agents', 'policies', 'node_modules', 'dist/web']) symlinkSync(join(root, part), join(dir, part))
  return join(dir, 'bin/omni.js')
}
