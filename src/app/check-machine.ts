import { access, constants, mkdir, statfs } from 'node:fs/promises'
import { createOffOmnibox } from '../omnibox/off/off-omnibox.ts'
import type { Config } from './config.ts'
import { systemClock, systemIds } from './system-clock.ts'
import { packageVersion } from './version.ts'

export interface MachineCheck {
  readonly name: string
  readonly ok: boolean
  readonly says: string
  readonly fix?: string
}

const leastFreeBytes = 200 * 1024 * 1024

/** What this machine itself offers: Node, the state folder, disk, and how processes are kept together where there is no sandbox. */
export async function checkMachine(config: Config): Promise<readonly MachineCheck[]> {
  return [
    { name: 'omnigent', ok: true, says: `${packageVersion()} on Node ${process.versions.node}` },
    await checkFolder(config),
    await checkDisk(config),
    await checkBox(config),
  ]
}

async function checkFolder(config: Config): Promise<MachineCheck> {
  const writable = await mkdir(config.home, { recursive: true, mode: 0o700 }).then(() => access(config.home, constants.W_OK)).then(() => true, () => false)
  return { name: 'state folder', ok: writable, says: config.home, fix: `make ${config.home} writable, or set OMNIGENT_HOME` }
}

async function checkDisk(config: Config): Promise<MachineCheck> {
  const stats = await statfs(config.home).catch(() => undefined) // The state folder is not there, which is said already.
  if (stats === undefined) return { name: 'disk', ok: false, says: `${config.home} can not be looked at`, fix: `make ${config.home}` }
  const { bavail, bsize } = stats
  const free = bavail * bsize
  return { name: 'disk', ok: free > leastFreeBytes, says: `${Math.round(free / 1024 / 1024)} MiB free`, fix: `free at least ${leastFreeBytes / 1024 / 1024} MiB on the disk of ${config.home}` }
}

async function checkBox(config: Config): Promise<MachineCheck> {
  const box = await createOffOmnibox({ clock: systemClock, ids: systemIds }).open({ name: 'off', workspace: config.home, home: config.home })
  const { processes, notes } = box.attestation
  await box.close()
  return { name: 'without sandbox', ok: processes === 'namespace', says: [`processes: ${processes}`, ...notes].join('; '), fix: 'sudo apt install bubblewrap (Fedora: sudo dnf install bubblewrap)' }
}
