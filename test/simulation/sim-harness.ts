import { PassThrough, Readable } from 'node:stream'
import type { Box, Omnibox } from '../../src/spec/ports/box.ts'
import type { HarnessAdapter, HarnessContext, HarnessSession } from '../../src/spec/ports/harness.ts'

/** What really happened outside: the oracle, independent of our log. */
export interface Outside {
  /** Runs of each call, by `session/call`. */
  readonly executed: Map<string, number>
  /** Asked at the moment of running: is the release durable? */
  isReleased(session: string, call: string): boolean
  /** Calls that ran without a durable release. Must stay empty. */
  readonly unapproved: string[]
  /** Prompts that the program received, by turn. */
  readonly prompted: Map<string, number>
}

/**
 * A harness whose program is a few lines in this process: says a word, wants `calls` tool calls one after the other,
 * runs each that is allowed, says the last word. `isAlive` is false once its machine died: then it does nothing more.
 */
export function createSimHarness(id: string, outside: Outside, isAlive: () => boolean): HarnessAdapter {
  return {
    id, title: 'Simulated', credentialEnv: [],
    capabilities: { gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: false, modelSelection: false, effort: false, planMode: false, images: false, mcp: false, usage: false, context: false, subagents: false },
    probe: async () => ({ state: 'ready', version: '1', file: '', notes: [] }),
    start: async (context) => startSession(id, context, outside, isAlive),
  }
}

function startSession(id: string, context: HarnessContext, outside: Outside, isAlive: () => boolean): HarnessSession {
  let stopping = false
  let count = 0
  const emit: HarnessContext['emit'] = (signal) => {
    if (isAlive()) context.emit(signal)
  }
  emit({ type: 'ready', version: '1' })
  emit({ type: 'resume', token: `token-${id}-${context.session}` })
  return {
    async prompt({ turn, text }) {
      outside.prompted.set(turn, (outside.prompted.get(turn) ?? 0) + 1)
      // A fault point on the way out stops the program with its machine.
      run(turn, Number(/calls=(\d+)/.exec(text)?.[1] ?? '1')).catch(() => undefined)
    },
    steer: async () => emit({ type: 'steer.landed', when: 'now' }),
    interrupt: async () => {
      stopping = true
    },
    keeps: () => false,
    close: async () => {
      stopping = true
    },
  }

  async function run(turn: string, calls: number): Promise<void> {
    stopping = false
    emit({ type: 'text', item: `${turn}-m`, text: 'work' })
    for (let each = 1; each <= calls && !stopping && isAlive(); each += 1) {
      const call = `${turn}-c${(count += 1)}`
      const verdict = await context.authorize({ call, tool: 'shell', title: 'touch', input: { command: 'touch' }, actions: [{ kind: 'exec', command: 'touch', outbound: false }] })
        .catch(() => ({ type: 'deny', reason: 'closing' }) as const)
      if (!isAlive()) return
      if (verdict.type === 'allow') {
        const key = `${context.session}/${call}`
        if (!outside.isReleased(context.session, call)) outside.unapproved.push(key)
        outside.executed.set(key, (outside.executed.get(key) ?? 0) + 1)
        emit({ type: 'tool.done', call, outcome: 'ok', output: 'x'.repeat(20_000) })
      } else emit({ type: 'tool.done', call, outcome: 'denied', output: '' })
    }
    emit({ type: 'message', item: `${turn}-m`, text: 'work done' })
    emit({ type: 'settled', outcome: stopping ? 'interrupted' : 'completed' })
  }
}

/** A box with nothing in it: the simulated program is no process. */
export const simOmnibox: Omnibox = {
  async open(): Promise<Box> {
    return {
      id: 'box_sim',
      attestation: { profile: 'off', processes: 'namespace', advisory: true, limits: {}, notes: [] },
      spawn: () => ({ pid: undefined, stdin: new PassThrough(), stdout: Readable.from([]), stderr: Readable.from([]), exited: Promise.resolve({ code: 0, signal: null }), stop: async () => undefined }),
      processes: async () => [],
      endSince: async () => [],
      close: async () => undefined,
    }
  },
}
