import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** The package as npm would install it: compiled JavaScript and no `src`, so that what people run is what is measured. */
export async function buildPackage(): Promise<{ readonly entry: string; close(): Promise<void> }> {
  execFileSync(process.execPath, [join(root, 'scripts/build-node.ts')], { cwd: root })
  const dir = await mkdtemp(join(tmpdir(), 'omni-package-'))
  for (const part of ['bin', 'dist', 'agents', 'policies', 'package.json']) await cp(join(root, part), join(dir, part), { recursive: true })
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'))
  return { entry: join(dir, 'bin/omni.js'), close: () => rm(dir, { recursive: true, force: true }) }
}

/** The file of a harness's own program in the package whose `omni` is `entry`. */
export const programBeside = (entry: string, harness: string): string => join(dirname(entry), '..', 'dist', 'node', `${harness}.js`)
