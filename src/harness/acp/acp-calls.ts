import { resolve } from 'node:path'
import type { HarnessContext, HarnessSignal, ProposedCall, Verdict } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, records, text } from '../json-program.ts'
import { acpCall, type CallReading, exitCodeOf, outputOf } from './acp-actions.ts'
import type { AcpQuirks } from './acp-row.ts'
import { withInputFromText } from './input-as-text.ts'

type Outcome = Extract<HarnessSignal, { type: 'tool.done' }>['outcome']

/** One tool call of the program, everything it said about it merged. */
interface Call {
  /** Its id in our log. The program's own, numbered when it uses one again. */
  readonly key: string
  told: JsonRecord
  /** `hidden`: told of, not yet shown. */
  state: 'hidden' | 'asked' | 'released' | 'refused' | 'seen'
  printed: string
  /** A write through us was already made under this call's yes. */
  written: boolean
}

export interface Refusal {
  readonly title: string
  readonly reason: string
}

/** The open tool calls. Programs announce, ask and update in any order: each message is merged into the call it names. */
export class AcpCalls {
  readonly #context: HarnessContext
  readonly #reading: CallReading
  readonly #heard: (update: JsonRecord) => JsonRecord
  readonly #born: string
  readonly #open = new Map<string, Call>()
  readonly #used = new Map<string, number>()
  #fileCalls = 0
  #refusals: Refusal[] = []

  constructor(context: HarnessContext, { titleIsCommand = false, inputAsText = false }: AcpQuirks) {
    this.#context = context
    this.#heard = inputAsText ? withInputFromText : (update) => update
    this.#reading = { titleIsCommand, mcp: context.mcp }
    this.#born = context.clock.now().toString(36)
  }

  /** What was refused since the last time this was asked. */
  takeRefusals(): readonly Refusal[] {
    const refusals = this.#refusals
    this.#refusals = []
    return refusals
  }

  update(update: JsonRecord, interrupting: boolean): void {
    const call = this.#merge(this.#heard(update))
    const status = text(call.told['status'])
    if (status === 'completed' || status === 'failed') return this.#end(text(update['toolCallId']), call, outcomeOf(call, status, interrupting))
    if (call.state !== 'released' && call.state !== 'seen') return
    const output = outputOf(call.told)
    if (output.length <= call.printed.length || !output.startsWith(call.printed)) return
    this.#context.emit({ type: 'tool.output', call: call.key, text: output.slice(call.printed.length) })
    call.printed = output
  }

  /** The program wants to run a call. A call that was answered before is a new one under the same name. */
  async ask(request: JsonRecord): Promise<Verdict> {
    const told = this.#heard(request)
    const id = text(told['toolCallId'])
    const before = this.#open.get(id)
    if (before !== undefined && before.state !== 'hidden') this.#end(id, before, before.state === 'refused' ? 'denied' : 'ok')
    const call = this.#merge({ ...before?.told, ...told, rawInput: { ...record(before?.told['rawInput']), ...record(told['rawInput']) } })
    return this.#authorize(call, { call: call.key, ...acpCall(call.told, this.#reading) })
  }

  /** True when a call that a person or a rule allowed names exactly this file; for a write, also this content, once. */
  covers(path: string, content: string | undefined): boolean {
    const call = [...this.#open.values()].find((each) => each.state === 'released' && this.#names(each, path) && (content === undefined || (!each.written && hasContent(each, content))))
    if (call !== undefined && content !== undefined) call.written = true
    return call !== undefined
  }

  /** Asks for a file access: as the open call that names the file and that nobody was asked about, else as a call of its own. */
  async askForFile(path: string, writes: boolean, proposed: Omit<ProposedCall, 'call'>) {
    const announced = [...this.#open.values()].find((each) => each.state === 'hidden' && each.told['kind'] === (writes ? 'edit' : 'read') && this.#names(each, path))
    // The program ends its own call; a call of ours is ended here.
    if (announced !== undefined) {
      announced.written = writes
      return { verdict: await this.#authorize(announced, { call: announced.key, ...proposed }), done: () => undefined }
    }
    const call = `file_${this.#born}_${(this.#fileCalls += 1)}`
    const verdict = await this.#context.authorize({ call, ...proposed }).catch(refused)
    return { verdict, done: (outcome: Outcome, output: string) => this.#context.emit({ type: 'tool.done', call, outcome, output }) }
  }

  /** The turn is over: what the program did not end is ended. */
  endAll(interrupting: boolean): void {
    for (const [id, call] of this.#open) this.#end(id, call, call.state === 'refused' ? 'denied' : interrupting ? 'interrupted' : 'error')
  }

  async #authorize(call: Call, proposed: ProposedCall): Promise<Verdict> {
    call.state = 'asked'
    const verdict = await this.#context.authorize(proposed).catch(refused)
    call.state = verdict.type === 'allow' ? 'released' : 'refused'
    if (verdict.type === 'deny') this.#refusals.push({ title: proposed.title, reason: verdict.reason })
    return verdict
  }

  #merge(update: JsonRecord): Call {
    const id = text(update['toolCallId'])
    const known = this.#open.get(id)
    const told = Object.fromEntries(Object.entries(update).filter(([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)))
    if (known !== undefined) {
      known.told = { ...known.told, ...told, rawInput: { ...record(known.told['rawInput']), ...record(told['rawInput']) } }
      return known
    }
    const uses = (this.#used.get(id) ?? 0) + 1
    this.#used.set(id, uses)
    const call: Call = { key: uses === 1 ? id : `${id}~${uses}`, told, state: 'hidden', printed: '', written: false }
    this.#open.set(id, call)
    return call
  }

  #end(id: string, call: Call, outcome: Outcome): void {
    this.#open.delete(id)
    const { emit } = this.#context
    // It ran without asking: it is shown all the same. A call that was only announced when the turn ended did nothing.
    if (call.state === 'hidden' && outcome === 'interrupted') return
    if (call.state === 'hidden') emit({ type: 'tool.seen', call: call.key, ...acpCall(call.told, this.#reading) })
    const exitCode = exitCodeOf(call.told)
    emit({ type: 'tool.done', call: call.key, outcome, output: outputOf(call.told), ...(exitCode === undefined ? {} : { exitCode }) })
  }

  #names(call: Call, path: string): boolean {
    const described = acpCall(call.told, { ...this.#reading, titleIsCommand: false })
    return described.actions.some((action) => (action.kind === 'file.write' || action.kind === 'file.read') && resolve(this.#context.workspace, action.path) === path)
  }
}

const refused = (): Verdict => ({ type: 'deny', reason: 'The session is ending.' })

function hasContent({ told }: Call, content: string): boolean {
  return record(told['rawInput'])['content'] === content || records(told['content']).some((part) => part['type'] === 'diff' && part['newText'] === content)
}

function outcomeOf(call: Call, status: string, interrupting: boolean): Outcome {
  if (call.state === 'refused' || call.state === 'asked') return 'denied'
  if (status === 'failed') return interrupting ? 'interrupted' : 'error'
  const exitCode = exitCodeOf(call.told)
  return exitCode === undefined || exitCode === 0 ? 'ok' : 'error'
}
