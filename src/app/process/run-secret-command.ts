import { spawn } from 'node:child_process'

/** What became of a command that should print a secret. `why` never has anything in it that the command printed. */
export type PrintedSecret = { readonly type: 'printed'; readonly text: string } | { readonly type: 'failed'; readonly why: string }

export interface SecretCommand {
  readonly command: readonly string[]
  /** The host's; only what `keepers` names is passed on. */
  readonly environment: Readonly<Record<string, string>>
  readonly withinMs: number
  readonly signal?: AbortSignal | undefined
}

const maxBytes = 65_536

/**
 * Runs a command of the user's or the server's configuration, without a shell and without a terminal, and gives what it prints until it and
 * whoever holds its output have ended. What does not end in time is ended, with its process group.
 */
export function runSecretCommand({ command: [file = '', ...args], environment, withinMs, signal }: SecretCommand): Promise<PrintedSecret> {
  return new Promise((resolve) => {
    // Its own group, so that all of it can be ended; what it says to people could hold anything, so nobody reads that.
    const child = spawn(file, args, { cwd: '/', env: keptOf(environment), detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    const chunks: Buffer[] = []
    let size = 0
    const finish = (result: PrintedSecret) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      // The number of one that has ended may be somebody else's by now.
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) endGroup(child.pid)
      // A process that left the group must not hold us up.
      child.stdout.destroy()
      resolve(result)
    }
    const fail = (why: string) => finish({ type: 'failed', why })
    const onAbort = () => fail('was stopped')
    const timer = setTimeout(() => fail(`did not end within ${withinMs / 1_000} seconds`), withinMs)
    signal?.addEventListener('abort', onAbort)
    if (signal?.aborted === true) onAbort()
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) fail('printed far more than a secret')
      else chunks.push(chunk)
    })
    child.once('error', (error: NodeJS.ErrnoException) => fail(error.code === 'ENOENT' ? 'was not found' : `could not be started (${error.code ?? 'unknown'})`))
    child.once('close', (code, stopped) => {
      if (code === 0) finish({ type: 'printed', text: Buffer.concat(chunks).toString('utf8') })
      else fail(code === null ? `was ended by ${stopped ?? 'a signal'}` : `ended with exit code ${code}`)
    })
  })
}

/** What password managers need to find their store, their agent and their daemon. */
const keepers = new Set([
  'PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TMPDIR', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'GNUPGHOME', 'PASSWORD_STORE_DIR', 'GH_CONFIG_DIR', 'OP_ACCOUNT', 'OP_CONFIG_DIR', 'OP_SERVICE_ACCOUNT_TOKEN',
])

function keptOf(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => keepers.has(name)))
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // Proof: kill throws system errors only.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
