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
 * Tries other policies on exported logs. Each file is read twice and never held: first for the policies that it names. The next one is asked for when the one before is done.
 * @throws {AppError} 'not_found'; 'invalid' with file and line for what is no export
 */
export async function replayExports(config: Pick<Config, 'cwd'>, files: Iterable<string> | AsyncIterable<string>, change: PolicyChange): Promise<ReplayReport> {
  const reports: ReplayReport[] = []
  for await (const file of files) reports.push(await replayFile(resolve(config.cwd, file), file, change))
  return joinReports(reports)
}

async function replayFile(path: string, name: string, change: PolicyChange): Promise<ReplayReport> {
  const named = startListsOfLog()
  let header: Header | undefined
  for await (const line of readExport(path, name, namesPolicies)) {
    if ('event' in line) named.take(line.event)
    else header = line
  }
  const replay = startReplay({ change, known: named.lists, ...(header === undefined ? {} : { tree: header.tree }) })
  for await (const line of readExport(path, name, matters)) if ('event' in line) replay.take(line.event)
  const report = replay.report()
  return { ...report, events: header?.events ?? report.events }
}

interface Header {
  readonly tree: string
  readonly events: number
}

/** @param wanted lines that are read; others are passed over, because checking a line costs more than deciding about it */
async function* readExport(path: string, name: string, wanted: (text: string) => boolean): AsyncGenerator<Header | { readonly event: SessionEvent }> {
  const at = (line: number, problem: string) => new AppError('invalid', `${name}:${line}: ${problem.replaceAll(/\s*\n\s*/g, ' ')}. Is it what omni export wrote?`)
  let ended = false
  for await (const { number, line, problem } of readLines(openLines(path, name, wanted))) {
    if (line === undefined) throw at(number, problem ?? 'can not be read')
    if ('omnigent-log' in line) yield { tree: line.tree, events: line.events }
    if ('end' in line) ended = true
    if (!('event' in line)) continue
    const checked = checkEvent(line.event)
    if (!checked.ok) throw at(number, checked.problem)
    yield { event: checked.event }
  }
  if (!ended) throw new AppError('invalid', `${name} was cut off: it has no end line. Is it what omni export wrote?`)
}

/** As an export writes them, the type of an event stands last. */
const passedOver = /"type":"(?:step\.started|step\.ended|message\.completed|turn\.started|turn\.steered|queue\.\w+|plan\.changed|context\.compacted|notice\.given)","v":\d+\}\}$/
const matters = (text: string): boolean => !passedOver.test(text.slice(-60)) && !text.startsWith('{"base64"')
const namesPolicies = (text: string): boolean => !text.startsWith('{"event"') || /policy\.changed|session\.created|session\.forked/.test(text)

/** A line that is passed over is empty, so that the others keep their numbers. */
async function* openLines(path: string, name: string, wanted: (text: string) => boolean): AsyncGenerator<string> {
  try {
    for await (const text of splitLines(createReadStream(path), maxLineBytes)) yield wanted(text) ? text : ''
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'EISDIR' || cause.code === 'EACCES')) throw new AppError('not_found', `Cannot read ${name}.`, { cause })
    throw cause
  }
}
