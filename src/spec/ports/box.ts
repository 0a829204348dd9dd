import type { Readable, Writable } from 'node:stream'
import type { BoxLimits, HeldLimits } from '../box-limits.ts'
import type { WayOut } from './way-out.ts'

/** What the agent's processes may see and do. */
export interface BoxProfile {
  readonly name: 'read-only' | 'workspace' | 'open' | 'off'
  /** Absolute path of the work folder. */
  readonly workspace: string
  /** Absolute path of a private folder that lives as long as the session: gate files, transcripts, settings. */
  readonly home: string
  /** Further files and folders to read, absolute; the system's own need not be named. */
  readonly reads?: readonly string[]
  /** The same to write. */
  readonly writes?: readonly string[]
  /** What is hidden in it besides, absolute, wherever it lies: a folder is empty, a file can not be opened. It need not be there. */
  readonly hides?: readonly string[]
  /** What its programs are made of: read like the others, also where they lie in a folder that no box shows. */
  readonly programs?: readonly string[]
  /** Folders of ours for this box alone, to write, in a folder that no box shows. */
  readonly state?: readonly string[]
  /** In place of the work folder's own repository, of which nothing is shown then. */
  readonly git?: PrivateGit
  /** Where everything goes that leaves it; without one nothing does. Not for `off`, whose programs use the machine's own network. */
  readonly way?: WayOut
  /** What its programs may use together; by its minutes whoever opens it closes it. */
  readonly limits?: BoxLimits
}

/** A git directory for one box, as a worktree has it. Paths are absolute, and the same inside. */
export interface PrivateGit {
  /** Stands in the box where the work folder has its `.git`. */
  readonly file: string
  /** What that leads to, to write. */
  readonly dir: string
  /** Object folders that it borrows from, to read. */
  readonly objects: readonly string[]
}

/** Which walls really hold. Recorded in `box.attested` and shown on screen. */
export interface Attestation {
  readonly profile: BoxProfile['name']
  /** `namespace`: own pid namespace; `group`: process group plus a scan for the box's marker. */
  readonly processes: 'namespace' | 'group'
  /** True when nothing is enforced by the operating system: approvals and budgets are then advisory. */
  readonly advisory: boolean
  /** What holds each limit that was wanted. */
  readonly limits: HeldLimits
  /** Plain sentences for people: what holds and what does not. */
  readonly notes: readonly string[]
}

export interface SpawnCommand {
  /** Program and arguments; never a shell line. `file` is absolute or found on the PATH in `env`. */
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment of the process; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** What the program is made of besides `file`: absolute paths that it has to read. */
  readonly reads?: readonly string[]
}

export interface ExitStatus {
  readonly code: number | null
  readonly signal: string | null
  /** Set when the program could not be started at all (missing, not executable …). */
  readonly startError?: string
}

/** One program running in a box, with everything it started. */
export interface BoxProcess {
  /** The program's pid as this machine sees it (not the launcher's); undefined when it could not be started. */
  readonly pid: number | undefined
  readonly stdin: Writable
  /** Read both from the start: what nobody reads is dropped when the program ends. */
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves once, never rejects. */
  readonly exited: Promise<ExitStatus>
  /** Stops the program and every process it started: SIGTERM, then SIGKILL after `graceMs` milliseconds. Resolves when all are gone. */
  stop(graceMs?: number): Promise<void>
}

export interface ProcessInfo {
  readonly pid: number
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly command: string
}

/** A confined place. Everything an agent runs, runs in one. */
export interface Box {
  readonly id: string
  readonly attestation: Attestation
  spawn(command: SpawnCommand): BoxProcess
  /** Every live process in the box, from the kernel's tables, not from a program's word. */
  processes(): Promise<readonly ProcessInfo[]>
  /** Ends every process born at or after `since` (epoch ms) whose pid and command `keep` does not hold. Resolves when they are gone. */
  endSince(since: number, keep: (process: ProcessInfo) => boolean): Promise<readonly ProcessInfo[]>
  /** Ends everything in the box. Resolves when nothing is left. */
  close(): Promise<void>
}

export interface Omnibox {
  /** @throws {AppError} 'unavailable' when the profile cannot be put in place: the session then does not start. */
  open(profile: BoxProfile): Promise<Box>
}
