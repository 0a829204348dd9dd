import type { Clock } from '../../spec/ports/clock.ts'
import type { McpServer } from '../../spec/ports/harness.ts'
import type { HostFact, ToHost } from '../../spec/ports/host-link.ts'
import { describeOmniTool, omniTools } from '../../spec/tools/omni-tools.ts'
import type { HostOptions } from '../host-options.ts'
import type { ToolAnswer, ToolSocket } from './serve-tools.ts'

/** What programs wait at most for one call, in milliseconds: some give up after a minute. */
const answerWithinMs = 50_000
/** Calls that were given up and whose answer may still come. */
const maxGone = 1_000

export interface ToolDeskDeps {
  /** The session's private folder. */
  readonly home: string
  /** How `bridge-program.ts` is run: words of its own command line. */
  readonly bridge: readonly string[]
  readonly clock: Clock
  /** Names one call, unique for ever. */
  nextRequest(): string
  fact(fact: HostFact): void
}

/** The engine's tools for one session's programs. */
export interface ToolDesk {
  /** Offers these tools from now on; how a program reaches them, or nothing where there are none. */
  serve(tools: readonly string[]): Promise<McpServer | undefined>
  answer(order: Extract<ToHost, { type: 'omni.answer' }>): void
  close(): Promise<void>
}

/** None where this machine has no program for it. */
export function openToolDesk({ toolBridge: bridge, nextRequest, clock }: Pick<HostOptions, 'toolBridge' | 'nextRequest' | 'clock'>, deps: Pick<ToolDeskDeps, 'home' | 'fact'>): ToolDesk | undefined {
  return bridge === undefined || nextRequest === undefined ? undefined : createToolDesk({ ...deps, bridge, nextRequest, clock })
}

export function createToolDesk({ home, bridge, clock, nextRequest, fact }: ToolDeskDeps): ToolDesk {
  const open = new Map<string, (answer: ToolAnswer) => void>()
  const gone = new Set<string>()
  let offered: readonly string[] = []
  let socket: Promise<ToolSocket> | undefined

  const call = (tool: string, input: unknown, signal: AbortSignal): Promise<ToolAnswer> => {
    const request = nextRequest()
    return new Promise((resolve) => {
      const over = (answer: ToolAnswer): void => {
        open.delete(request)
        cancel()
        signal.removeEventListener('abort', giveUp)
        resolve(answer)
      }
      const giveUp = (): void => {
        gone.add(request)
        // The oldest first: a set keeps its order.
        for (const oldest of gone) if (gone.size > maxGone) gone.delete(oldest)
        fact({ type: 'omni.gone', request })
        over({ text: `${tool} is not over yet, and goes on. Call wait (again), or do something else first: you are told when it is over.`, failed: false })
      }
      const cancel = clock.after(answerWithinMs, giveUp)
      signal.addEventListener('abort', giveUp, { once: true })
      open.set(request, over)
      fact({ type: 'omni.called', request, tool, input: input as never }) // Proof: the transport has read it from JSON.
    })
  }
  return {
    async serve(tools) {
      offered = omniTools.filter((tool) => tools.includes(tool))
      if (offered.length === 0) return undefined
      // Loaded with the first session that has any: a host starts without it.
      socket ??= import('./serve-tools.ts').then(({ serveTools }) => serveTools(home, { tools: () => omniTools.filter((tool) => offered.includes(tool)).map(describeOmniTool), call }))
      const { folder } = await socket
      const [command = '', ...args] = bridge
      return { command, args: [...args, folder], env: {} }
    },
    answer({ request, text, failed }) {
      const waiting = open.get(request)
      if (waiting !== undefined) return waiting({ text, failed })
      // One that had its answer hears it again after a reconnect: that is no news.
      if (gone.delete(request)) fact({ type: 'omni.missed', request })
    },
    async close() {
      await (await socket?.catch(() => undefined))?.close()
    },
  }
}
