import { createLineSplitter } from '../base/line-splitter.ts'
import { AppError } from '../spec/app-error.ts'
import type { HarnessContext } from '../spec/ports/harness.ts'

export type JsonRecord = Readonly<Record<string, unknown>>

export interface JsonProgramOptions {
  /** Shown to people: "Codex". */
  readonly title: string
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** One JSON object that the program printed. What throws here is a break of protocol and ends the program. */
  hear(message: JsonRecord): void
  /** Called once when the program is gone; `detail` is for people. */
  ended(detail: string): void
}

/** A program that speaks one JSON object a line, on standard input and output. */
export interface JsonProgram {
  readonly pid: number | undefined
  /** @throws {AppError} 'unavailable' when the program is gone. */
  send(message: object): void
  /** Resolves with the detail once the program is gone. */
  readonly gone: Promise<string>
  /** Stops it with everything it started; resolves when it is gone. */
  stop(graceMs: number): Promise<void>
}

const maxLineBytes = 32 * 1024 * 1024
const maxErrorChars = 4_000
/** Lines that are no JSON before the program counts as broken: some print a warning first. */
const maxStrayLines = 20

/** Starts a program in the box and reads it until it ends. A flood or garbage ends it with a clear detail. */
export function startJsonProgram(context: HarnessContext, options: JsonProgramOptions): JsonProgram {
  const child = context.box.spawn({ file: options.file, args: options.args, cwd: context.workspace, env: options.env })
  const gone = Promise.withResolvers<string>()
  let errors = ''
  let problem: string | undefined
  let over = false
  child.stdin.on('error', () => undefined) // The program is gone: `exited` says so.
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-maxErrorChars)
  })
  void read(child.stdout, options.hear).catch((error: unknown) => {
    problem = error instanceof Error ? error.message : String(error)
    return child.stop(0)
  })
  void child.exited.then((status) => {
    over = true
    const how = status.startError ?? `exit ${status.signal ?? status.code}`
    const detail = [problem === undefined ? how : `it does not keep to its protocol: ${problem.slice(0, 500)}`, errors.trim()].filter((part) => part !== '').join(': ')
    context.emit({ type: 'exited', code: status.code, signal: status.signal, detail })
    options.ended(detail)
    gone.resolve(detail)
  })
  context.signal.addEventListener('abort', () => void child.stop(500), { once: true })
  return {
    get pid() {
      return child.pid
    },
    send(message) {
      if (over) throw new AppError('unavailable', `${options.title} has ended. Send the prompt again; a new one is started.`)
      child.stdin.write(`${JSON.stringify(message)}\n`)
    },
    gone: gone.promise,
    stop: (graceMs) => child.stop(graceMs),
  }
}

async function read(stream: AsyncIterable<Uint8Array>, hear: (message: JsonRecord) => void): Promise<void> {
  const splitter = createLineSplitter(maxLineBytes)
  let stray = 0
  for await (const chunk of stream) {
    for (const line of splitter.push(chunk)) {
      const message = parse(line)
      if (message !== undefined) hear(message)
      else if (line.trim() !== '' && (stray += 1) > maxStrayLines) throw new Error(`it printed ${stray} lines that are no JSON, such as ${JSON.stringify(line.slice(0, 80))}`)
    }
  }
}

function parse(line: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(line)
    // Proof: an object that is no list; its members are read as unknown.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined
  } catch {
    // Not JSON: counted by the caller.
    return undefined
  }
}

/**
 * Waits for a program to become ready. @throws {AppError} 'unavailable' with what to do when it ends first or takes
 * longer than `withinMs`; it is stopped then.
 */
export async function untilReady<Value>(context: HarnessContext, program: JsonProgram, ready: Promise<Value>, { title, withinMs }: { title: string; withinMs: number }): Promise<Value> {
  const late = Promise.withResolvers<string>()
  const cancel = context.clock.after(withinMs, () => late.resolve(`it was not ready after ${withinMs / 1_000} seconds`))
  const failed = Promise.race([late.promise, program.gone]).then((detail) => ({ detail }))
  const refused = (error: unknown) => ({ detail: error instanceof Error ? error.message : String(error), error })
  const outcome = await Promise.race([ready.then((value) => ({ value }), refused), failed])
  cancel()
  if ('value' in outcome) return outcome.value
  await program.stop(0)
  if ('error' in outcome && outcome.error instanceof AppError && outcome.error.code === 'unsupported') throw outcome.error
  throw new AppError('unavailable', `${title} did not start: ${outcome.detail}. Look into it with: omni harness doctor`)
}

/** For a `start` whose `resume` leads nowhere any more; see `resume.lost`. */
export function recordGone(title: string): AppError {
  return new AppError('unavailable', `${title}’s own record of this conversation is gone. Send the prompt again: it is then told what was said.`)
}

export const record = (value: unknown): JsonRecord => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : {})
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')
export const records = (value: unknown): JsonRecord[] => (Array.isArray(value) ? value.map(record) : [])
export const count = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : 0)
