import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { readLines as splitLines } from '../../base/line-splitter.ts'
import { startListsOfLog } from '../../policy/lists-of-log.ts'
import { joinReports, type PolicyChange, type ReplayReport, startReplay } from '../../policy/replay.ts'
import { AppError } from '../../spec/app-error.ts'
import { checkEvent, type SessionEvent } from '../../spec/events/session-event.ts'
import { readLines } from '../../store/transfer/log-lines.ts'
import type { Config } from '../config.ts'

const maxLineBytes = 64 * 1024 * 1024

/**
 * Tries other policies on exported logs. Each file is read twice and never held: first for the policies that it names.
 * @throws {AppError} 'not_found'; 'invalid' with file and line for what is no export
 */
export async function replayExports(config: Pick<Config, 'cwd'>, files: readonly string[], change: PolicyChange): Promise<ReplayReport> {
  const reports: ReplayReport[] = []
  for (const file of files) reports.push(await replayFile(resolve(config.cwd, file), file, change))
  return joinReports(reports)
}

async function replayFile(path: string, name: string, change: PolicyChange): Promise<ReplayReport> {
  const named = startListsOfLog()
  let tree: string | undefined
  for await (const line of readExport(path, name)) {
    if ('event' in line) named.take(line.event)
    else tree = line.tree
  }
  const replay = startReplay({ change, known: named.lists, ...(tree === undefined ? {} : { tree }) })
  for await (const line of readExport(path, name)) if ('event' in line) replay.take(line.event)
  return replay.report()
}

async function* readExport(path: string, name: string): AsyncGenerator<{ readonly tree: string } | { readonly event: SessionEvent }> {
  const at = (line: number, problem: string) => new AppError('invalid', `${name}:${line}: ${problem.replaceAll(/\s*\n\s*/g, ' ')}. Is it what omni export wrote?`)
  let [last, ended] = [0, false]
  for await (const { number, line, problem } of readLines(openLines(path, name))) {
    last = number
    if (line === undefined) throw at(number, problem ?? 'can not be read')
    if ('omnigent-log' in line) yield { tree: line.tree }
    if ('end' in line) ended = true
    if (!('event' in line)) continue
    const checked = checkEvent(line.event)
    if (!checked.ok) throw at(number, checked.problem)
    yield { event: checked.event }
  }
  if (!ended) throw at(last, 'the file was cut off: it has no end line')
}

async function* openLines(path: string, name: string): AsyncGenerator<string> {
  try {
    yield* splitLines(createReadStream(path), maxLineBytes)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'EISDIR' || cause.code === 'EACCES')) throw new AppError('not_found', `Cannot read ${name}.`, { cause })
    throw cause
  }
}
