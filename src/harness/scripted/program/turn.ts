import type { Usage } from '../../../spec/events/usage.ts'
import type { FromProgram, ToolInput, ToProgram } from '../protocol.ts'
import type { WorkspaceFiles } from '../../workspace-files.ts'

export interface CallResult {
  readonly outcome: 'ok' | 'error' | 'denied' | 'interrupted'
  readonly output: string
  readonly exitCode?: number | undefined
}

/** What the rest of the program gives a turn. */
export interface TurnPlace {
  readonly turn: string
  readonly files: WorkspaceFiles
  readonly send: (message: FromProgram) => void
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly model: () => string | undefined
  /** Aborted by an interrupt. */
  readonly signal: AbortSignal
}

/** What a scenario can do in a turn. Every method throws once the turn was interrupted. */
export interface Turn {
  say(text: string, deltas?: number): Promise<void>
  think(text: string): void
  use(tool: ToolInput): Promise<CallResult>
  plan(entries: Extract<FromProgram, { type: 'plan' }>['entries']): void
  wait(ms: number): Promise<void>
  /** Numbers of the running step; what is not given is counted from the text. */
  usage(usage: Partial<Usage>): void
  /** Takes an answer of the adapter. */
  hear(message: Extract<ToProgram, { type: 'verdict' | 'result' }>): void
  end(): void
}

const deltaPauseMs = 8
/** Keeps a line of the protocol short, however much of a file is escaped. */
const maxOutputChars = 200_000

export function createTurn(place: TurnPlace): Turn {
  const { turn, send, signal } = place
  const waiting = new Map<string, (message: Extract<ToProgram, { type: 'verdict' | 'result' }>) => void>()
  let made = 0
  let reasoning = ''
  let step: { id: string; chars: number; usage: Partial<Usage> } | undefined

  const next = (kind: string) => `${turn}.${kind}${(made += 1)}`
  const modelPart = () => {
    const model = place.model()
    return model === undefined ? {} : { model }
  }
  const running = () => {
    signal.throwIfAborted()
    if (step === undefined) {
      step = { id: next('s'), chars: 0, usage: {} }
      send({ type: 'step.started', step: step.id, ...modelPart() })
    }
    return step
  }
  const endStep = () => {
    if (step === undefined) return
    // Scripted numbers: about four characters a token, as real tokenizers have it.
    const counted = { input: 1_000, output: Math.ceil(step.chars / 4) }
    send({ type: 'step.ended', step: step.id, ...modelPart(), usage: { ...counted, ...step.usage } })
    step = undefined
  }
  const hear = (call: string) =>
    new Promise<Extract<ToProgram, { type: 'verdict' | 'result' }>>((resolve, reject) => {
      waiting.set(call, resolve)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })

  async function use(tool: ToolInput): Promise<CallResult> {
    running().chars += JSON.stringify(tool).length
    endStep()
    const call = next('c')
    const answer = hear(call)
    send({ type: 'call', call, use: tool })
    try {
      const verdict = await answer
      if (verdict.type === 'verdict' && !verdict.allow) return finish(call, { outcome: 'denied', output: verdict.reason ?? 'refused' })
      if (tool.tool === 'shell') {
        const result = verdict.type === 'result' ? verdict : await hear(call)
        return result.type === 'result' ? result : { outcome: 'error', output: 'no result came' }
      }
      return finish(call, { outcome: 'ok', output: await useFile(tool) })
    } catch (error) {
      if (!signal.aborted) return finish(call, { outcome: 'error', output: error instanceof Error ? error.message : String(error) })
      if (tool.tool !== 'shell') finish(call, { outcome: 'interrupted', output: '' })
      throw error
    }
  }
  function finish(call: string, result: CallResult): CallResult {
    send({ type: 'done', call, outcome: result.outcome, output: result.output.slice(0, maxOutputChars) })
    return result
  }
  function useFile(tool: Exclude<ToolInput, { tool: 'shell' }>): Promise<string> {
    switch (tool.tool) {
      case 'read': return place.files.read(tool.input.path)
      case 'write': return place.files.write(tool.input.path, tool.input.content)
      case 'edit': return place.files.edit(tool.input.path, tool.input.old, tool.input.new)
    }
  }

  return {
    use,
    async say(text, deltas = Math.min(200, Math.ceil(text.length / 12))) {
      running().chars += text.length
      const item = next('i')
      const size = Math.max(1, Math.ceil(text.length / deltas))
      for (let at = 0; at < text.length; at += size) {
        send({ type: 'text', item, text: text.slice(at, at + size) })
        if (deltas > 1) await place.pause(deltaPauseMs, signal)
      }
      send({ type: 'message', item, text, ...(reasoning === '' ? {} : { reasoning }) })
      reasoning = ''
    },
    think(text) {
      running().chars += text.length
      reasoning = reasoning === '' ? text : `${reasoning}\n${text}`
      send({ type: 'reasoning', item: next('r'), text })
    },
    plan(entries) {
      running()
      send({ type: 'plan', entries })
    },
    wait: (ms) => place.pause(ms, signal),
    usage(usage) {
      Object.assign(running().usage, usage)
    },
    hear(message) {
      const listener = waiting.get(message.call)
      waiting.delete(message.call)
      listener?.(message)
    },
    end: endStep,
  }
}
