import { stripVTControlCharacters } from 'node:util'
import { spawn } from '@lydell/node-pty'
import { onTestFinished } from 'vitest'
import type { OmniCli } from './omni-cli.ts'

export interface Terminal {
  /** Everything printed so far, as a person reads it. */
  text(): string
  /** Resolves once what was printed is so; @throws when the program ends before. */
  until(isSo: (text: string) => boolean): Promise<void>
  /** Types a line and presses Enter. */
  type(line: string): void
}

/** `omni …` in a real terminal (PTY). Its program ends with the test. */
export function openTerminal(cli: OmniCli, args: readonly string[]): Terminal {
  const pty = spawn(process.execPath, [cli.entry, ...args], { cwd: cli.folder, env: cli.env, cols: 200, rows: 50 })
  const waiting = new Set<{ isSo: (text: string) => boolean; resolve(): void; reject(error: Error): void }>()
  let printed = ''
  let ended = false
  const text = () => stripVTControlCharacters(printed).replaceAll('\r', '')
  const gone = () => new Error(`the terminal's program ended; it printed:\n${text()}`)
  pty.onData((piece) => {
    printed += piece
    const now = text()
    for (const each of waiting) if (each.isSo(now)) each.resolve()
  })
  const exited = new Promise<void>((resolve) => pty.onExit(() => {
    ended = true
    for (const each of waiting) each.reject(gone())
    resolve()
  }))
  onTestFinished(async () => {
    if (!ended) pty.kill('SIGKILL')
    await exited
  })
  return {
    text,
    until: (isSo) => {
      if (isSo(text())) return Promise.resolve()
      if (ended) return Promise.reject(gone())
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const each = { isSo, resolve, reject }
      waiting.add(each)
      return promise.finally(() => waiting.delete(each))
    },
    type: (line) => pty.write(`${line}\r`),
  }
}
