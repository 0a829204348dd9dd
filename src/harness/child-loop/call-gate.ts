import type { HarnessContext, ProposedCall, Verdict } from '../../spec/ports/harness.ts'
import { CallLedger, type CallOutcome, type CallTurn } from '../call-ledger.ts'
import type { JsonRecord } from '../json-program.ts'
import { mcpCall, type McpServers, type McpTool } from '../mcp-servers/mcp-servers.ts'
import { type OwnToolUse, proposedCall } from './call-actions.ts'
import { placeInWorkspace } from './place-in-workspace.ts'
import type { ToProgram } from './protocol.ts'
import { type RunningCommand, runInBox, shellLine } from './run-in-box.ts'
import { noPerl, searchCommand } from './search-command.ts'
import { capabilityOf, type ToolUse } from './tools.ts'

/** The calls of the program: each is asked for, then runs, then is reported once. */
export interface CallGate extends Pick<CallLedger, 'startTurn' | 'endTurn' | 'interrupt' | 'quiet'> {
  propose(call: string, use: ToolUse): void
  /** The program's word on a call that it ran itself. */
  done(call: string, outcome: CallOutcome, output: string): void
}

const defaultTimeoutSeconds = 120
const searchTimeoutSeconds = 30

export interface CallGateDeps {
  /** What commands get: no keys. */
  readonly env: Readonly<Record<string, string>>
  readonly servers: Promise<McpServers>
  readonly send: (message: ToProgram) => void
}

export function createCallGate(context: HarnessContext, { env, servers, send }: CallGateDeps): CallGate {
  const { workspace, box, clock } = context
  const ledger = new CallLedger(context.emit)
  let perl = true

  function start(use: Extract<ToolUse, { tool: 'shell' | 'search' }>, path: string, onOutput: (text: string) => void): RunningCommand {
    if (use.tool === 'search') {
      return runInBox(searchCommand(use.input, { workspace, path, env, perl }), { box, clock, timeoutSeconds: searchTimeoutSeconds, onOutput, hint: 'narrow it with path, glob or a longer pattern', fine: [1] })
    }
    return runInBox(shellLine(use.input.command, { cwd: workspace, env }), { box, clock, timeoutSeconds: use.input.timeout_seconds ?? defaultTimeoutSeconds, onOutput, hint: '' })
  }
  async function run(call: string, use: Extract<ToolUse, { tool: 'shell' | 'search' }>, path: string): Promise<void> {
    await ledger.run(call, start(use, path, (text) => context.emit({ type: 'tool.output', call, text })), async (result) => {
      if (use.tool === 'search' && perl && result.output.includes(noPerl)) {
        perl = false
        return await run(call, use, path)
      }
      const output = use.tool === 'search' && result.exitCode === 1 ? 'Nothing found.' : result.output
      ledger.report(call, result.outcome, output, result.exitCode)
      const whole = use.tool === 'search' || result.whole === undefined ? {} : { whole: result.whole }
      if (result.outcome !== 'interrupted') send({ type: 'result', call, failed: result.outcome === 'error', output, ...whole })
      return undefined
    })
  }
  async function runServed(call: string, tool: McpTool, input: JsonRecord): Promise<void> {
    const stopping = new AbortController()
    const result = (await servers).call(tool, input, stopping.signal).then(({ text, failed, images }) => ({ outcome: stopping.signal.aborted ? 'interrupted' : failed ? 'error' : 'ok', output: text, images } as const))
    await ledger.run(call, { result, stop: async () => stopping.abort() }, ({ outcome, output, images = [] }) => {
      ledger.report(call, outcome, output)
      if (outcome !== 'interrupted') send({ type: 'result', call, failed: outcome === 'error', output, ...(images.length === 0 ? {} : { images: [...images] }) })
    })
  }
  /** What is asked, and what a yes does; or why it is not even asked. */
  async function lookAt(call: string, use: ToolUse): Promise<{ readonly proposed: ProposedCall; readonly allowed: () => Promise<void> | void } | string> {
    if (use.tool === 'mcp') {
      const tool = (await servers).tools.find((each) => each.name === use.name)
      return tool === undefined ? `There is no tool "${use.name}".` : { proposed: { call, ...mcpCall(tool, use.input) }, allowed: () => runServed(call, tool, use.input) }
    }
    // The ceiling is kept here too: the program runs where the agent could reach it.
    if (!context.tools.includes(capabilityOf[use.tool])) return `This agent has no "${capabilityOf[use.tool]}" tools.`
    const place = await placeOf(use, workspace)
    if (place.type === 'refused') return place.reason
    const { path } = place
    return {
      proposed: proposedCall(call, use, { workspace, path }),
      allowed: () => (use.tool === 'shell' || use.tool === 'search' ? run(call, use, path) : send({ type: 'verdict', call, allow: true, path })),
    }
  }
  async function handle(call: string, use: ToolUse, asking: CallTurn): Promise<void> {
    const refuse = (reason: string) => send({ type: 'verdict', call, allow: false, reason })
    const wanted = await lookAt(call, use)
    if (typeof wanted === 'string') return refuse(wanted)
    ledger.open(call)
    const verdict = await context.authorize(wanted.proposed).catch((): Verdict => ({ type: 'deny', reason: 'The gate gave no answer, so the call was not made.' }))
    if (!asking.open) return ledger.report(call, 'interrupted', '')
    if (verdict.type === 'deny') {
      ledger.report(call, 'denied', verdict.reason)
      return refuse(verdict.reason)
    }
    return await wanted.allowed()
  }

  return {
    startTurn: () => ledger.startTurn(),
    endTurn: () => ledger.endTurn(),
    interrupt: () => ledger.interrupt(),
    quiet: () => ledger.quiet(),
    done: (call, outcome, output) => ledger.report(call, outcome, output),
    propose(call, use) {
      const turn = ledger.turnOf(call)
      if (turn === undefined) return
      void handle(call, use, turn).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        ledger.report(call, 'error', reason)
        send({ type: 'verdict', call, allow: false, reason })
      })
    },
  }
}

async function placeOf(use: OwnToolUse, workspace: string): Promise<{ type: 'placed'; path: string } | { type: 'refused'; reason: string }> {
  if (use.tool === 'shell' || use.tool === 'web') return { type: 'placed', path: workspace }
  return await placeInWorkspace(workspace, use.input.path ?? '.').then(
    (path) => ({ type: 'placed', path }) as const,
    (error: unknown) => ({ type: 'refused', reason: error instanceof Error ? error.message : String(error) }) as const,
  )
}
