import { spawn } from 'node:child_process'
import type { Config } from '../config.ts'

/** Runs a vendor's own sign-in in this terminal, as the person who types. Resolves with its exit code; 127 when it does not start. */
export function runLogin(config: Config, command: { readonly file: string; readonly args: readonly string[] }): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command.file, [...command.args], { cwd: config.cwd, env: config.environment, stdio: 'inherit' })
    // Ctrl-C is meant for the program in front, not for us.
    const ignore = () => undefined
    process.on('SIGINT', ignore)
    const done = (code: number) => {
      process.off('SIGINT', ignore)
      resolve(code)
    }
    child.once('error', () => done(127))
    child.once('close', (code) => done(code ?? 1))
  })
}
