import { existsSync } from 'node:fs'
import { thisMachine } from '../../omnibox/linux/group-places.ts'
import { tryLimits, whyUnheld } from '../../omnibox/linux/hold-limits.ts'
import { openNetNamespace } from '../../omnibox/linux/net-namespace.ts'
import type { CanaryResult } from '../../omnibox/canary/canary.ts'
import { limitWords } from '../../omnibox/limit-words.ts'
import { sandboxExec } from '../../omnibox/macos/macos-omnibox.ts'
import { findTool } from '../../omnibox/process/find-tool.ts'
import type { HeldLimits } from '../../spec/box-limits.ts'
import type { MachineCheck } from '../check-machine.ts'
import type { Config } from '../config.ts'
import { foregroundClock } from '../system-clock.ts'
import { netnsProgramFile } from '../version.ts'
import { askTool } from './ask-tool.ts'
import { namespaceFix } from './namespace-fix.ts'
import { problemText } from './problem-text.ts'
import { tryBox } from './try-box.ts'

export interface SandboxReport {
  /** What is not here was not reached: each builds on the ones before. */
  readonly checks: readonly MachineCheck[]
  readonly canary: readonly CanaryResult[]
  /** What would hold each limit of a session; of what was not reached nothing is said. */
  readonly limits: HeldLimits
}

/** Whether a sandboxed session can start here, and whether its walls hold: puts a box up and tries to get out of it. Nothing of it stays. */
export async function checkSandbox(config: Config, controlPort: number | undefined): Promise<SandboxReport> {
  const steps = stepsOn[config.platform.os]
  if (steps === undefined) return { checks: [notOn(config.platform.os)], canary: [], limits: {} }
  const checks: MachineCheck[] = []
  for (const step of steps) {
    checks.push(...(await step()))
    if (checks.some(({ ok }) => !ok)) return { checks, canary: [], limits: {} }
  }
  const limits = await tryLimits()
  const { checks: tried, canary } = await tryBox(config, controlPort)
  return { checks: [...checks, ...tried, limitsCheck(limits)], canary, limits }
}

/** What a box needs there, each building on the ones before. */
const stepsOn: Readonly<Record<string, readonly (() => Promise<readonly MachineCheck[]>)[]>> = { linux: [checkTools, checkNamespaces, checkNetwork], darwin: [checkSeatbelt] }

const notOn = (os: string): MachineCheck => ({ name: 'sandbox', ok: false, says: `no sandbox can be put up on ${os} yet: sessions run with "sandbox: off", which has no walls`, fix: 'for walls, run omni on Linux, in a virtual machine for example' })

async function checkSeatbelt(): Promise<readonly MachineCheck[]> {
  const untested = 'the sandbox of macOS is new here and was not tested on a Mac: what follows is all that is known of it'
  return [{ name: 'sandbox-exec', ok: existsSync(sandboxExec), says: existsSync(sandboxExec) ? `${sandboxExec}; ${untested}` : `${sandboxExec} is not there; ${untested}`, fix: 'it is a part of macOS: run with "sandbox: off", which has no walls, or on Linux, in a virtual machine for example' }]
}

const oldestBwrap = [0, 8] as const

async function checkTools(): Promise<readonly MachineCheck[]> {
  return [await checkBwrap(), checkTool('nsenter', 'util-linux')]
}

function checkTool(name: string, debian: string, fedora = debian): MachineCheck {
  const file = findTool(name)
  return { name, ok: file !== undefined, says: file ?? 'not installed', fix: `sudo apt install ${debian} (Fedora: sudo dnf install ${fedora})` }
}

async function checkBwrap(): Promise<MachineCheck> {
  const found = { ...checkTool('bwrap', 'bubblewrap'), name: 'bubblewrap' }
  if (!found.ok) return found
  const { said } = await askTool([found.says, '--version'])
  const [major, minor] = (/^bubblewrap (\d+)\.(\d+)/.exec(said) ?? []).slice(1).map(Number)
  if (major === undefined || minor === undefined) return { ...found, ok: false, says: `${found.says} does not say its version: ${said}` }
  const isOld = major < oldestBwrap[0] || (major === oldestBwrap[0] && minor < oldestBwrap[1])
  return isOld ? { ...found, ok: false, says: `${said} at ${found.says} is too old: ${oldestBwrap.join('.')}.0 or later is needed`, fix: 'install a newer one: Debian 12, Ubuntu 23.10 and later have it, or build it from https://github.com/containers/bubblewrap' } : { ...found, says: `${said.replace('bubblewrap ', '')} at ${found.says}` }
}

async function checkNamespaces(): Promise<readonly MachineCheck[]> {
  const { code, said } = await askTool([findTool('bwrap') ?? 'bwrap', '--unshare-user', '--unshare-net', '--ro-bind', '/', '/', '--', '/bin/true'])
  if (code !== 0) return [{ name: 'user namespaces', ok: false, says: `refused. ${said}`, fix: namespaceFix(thisMachine.read) }]
  return [{ name: 'user namespaces', ok: true, says: 'allowed' }]
}

async function checkNetwork(): Promise<readonly MachineCheck[]> {
  const from = foregroundClock.now()
  try {
    const { hasRoutes, close } = await openNetNamespace({ program: [process.execPath, netnsProgramFile] })
    close()
    const afterMs = foregroundClock.now() - from
    if (!hasRoutes) return [{ name: 'network', ok: true, says: `one of its own in ${afterMs} ms, which leads to names only: ${findTool('ip') === undefined ? 'sudo apt install iproute2 (Fedora: sudo dnf install iproute) adds addresses' : 'this machine lets nobody add routes'}` }]
    const families = thisMachine.read('/proc/net/if_inet6') === undefined ? 'IPv4; this kernel has no IPv6' : 'IPv4 and IPv6'
    return [{ name: 'network', ok: true, says: `one of its own in ${afterMs} ms (${families})` }]
  } catch (error) {
    return [{ name: 'network', ok: false, says: problemText(error), fix: namespaceFix(thisMachine.read) }]
  }
}

/** Said and never failed: only sessions that want limits need them. */
function limitsCheck(held: HeldLimits): MachineCheck {
  return { name: 'limits', ok: true, says: `those of a session are held: ${limitWords(held)}. ${whyUnheld(held)}` }
}
