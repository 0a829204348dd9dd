import { readFile, stat } from 'node:fs/promises'
import { release } from 'node:os'
import { sandboxExec } from '../omnibox/macos/macos-omnibox.ts'
import { findTool } from '../omnibox/process/find-tool.ts'
import type { CanaryResult } from '../omnibox/canary/canary.ts'
import { AppError } from '../spec/app-error.ts'
import { replaceFile } from './replace-file.ts'
import { packageVersion } from './version.ts'

/**
 * That boxes hold on this machine: the canary tries to get out of one before the first session gets its own. Once per start of the
 * machine and for these programs; what held stays held, what did not is tried again at every start.
 * @param file where it is kept that they hold
 * @throws {AppError} 'unavailable' with each way out that is open
 */
export function createWallProof({ file, tryAll }: { readonly file: string; tryAll(): Promise<readonly CanaryResult[]> }): () => Promise<void> {
  let proof: Promise<void> | undefined
  async function prove(): Promise<void> {
    const place = JSON.stringify(await placeOf())
    if ((await readFile(file, 'utf8').catch(() => '')) === place) return // Not there: not tried yet.
    const open = (await tryAll()).filter(({ blocked }) => !blocked)
    if (open.length > 0) throw new AppError('unavailable', `The sandbox does not hold on this machine, so no session is started in it. Ways out: ${open.map(({ name, detail }) => `${name} (${detail})`).join('; ')}. Look with: omni doctor`)
    await replaceFile(file, place)
  }
  return () => (proof ??= prove().catch((error: unknown) => {
    proof = undefined
    throw error
  }))
}

/** What the walls are made of, and when they were up: another one of these may not hold. */
async function placeOf(): Promise<Readonly<Record<string, unknown>>> {
  const program = async (path: string | undefined) => {
    const found = path === undefined ? undefined : await stat(path).catch(() => undefined) // Not on this system.
    return [path, found?.size, found?.mtimeMs]
  }
  const tool = (name: string) => program(findTool(name))
  return {
    version: packageVersion(), node: process.version, user: process.getuid?.(), kernel: release(),
    // macOS has no such number: there what holds is tried again with a new kernel, and with us.
    boot: await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''), bwrap: await tool('bwrap'), ip: await tool('ip'), nsenter: await tool('nsenter'), sandboxExec: await program(sandboxExec),
  }
}
