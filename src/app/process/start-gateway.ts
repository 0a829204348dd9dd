import { spawn } from 'node:child_process'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { GatewayLink } from '../../omnibox/gateway/gateway-client.ts'
import { AppError } from '../../spec/app-error.ts'

export interface GatewayStart {
  /** Our own entry file and its arguments. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
}

/** Starts the gateway process of this host. It ends when its channel closes: with `stop`, or with us. @throws {AppError} 'unavailable' */
export async function startGateway({ args, env, logFile }: GatewayStart, hear: (message: unknown) => void): Promise<GatewayLink> {
  await mkdir(dirname(logFile), { recursive: true, mode: 0o700 })
  const log = await open(logFile, 'a', 0o600)
  const child = spawn(process.execPath, [...args], { env, cwd: '/', stdio: ['ignore', log.fd, log.fd, 'ipc'] })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const started = new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => reject(new AppError('unavailable', `The gateway does not start: ${cause.message}. Its log: ${logFile}`, { cause })))
  })
  try {
    await started
  } finally {
    await log.close()
  }
  child.on('message', hear)
  child.on('error', () => undefined) // Of the channel: `exit` follows.
  return {
    pid: child.pid, gone,
    send: (message, handle) => new Promise((resolve) => {
      if (!child.connected) return resolve()
      child.send(message, handle, {}, () => resolve()) // A failed one means that it is gone.
    }),
    stop: () => {
      if (child.connected) child.disconnect()
    },
  }
}
