import type { HarnessContext, Verdict } from '../../spec/ports/harness.ts'
import { proposedCall } from './call-actions.ts'
import { placeInWorkspace } from './place-in-workspace.ts'
import type { ToProgram } from './protocol.ts'
import { type RunningCommand, runInBox, shellLine } from './run-in-box.ts'
import { noPerl, searchCommand } from './search-command.ts'
import { capabilityOf, type ToolUse } from './tools.ts'

type Outcome = 'ok' | 'error' | 'denied' | 'interrupted'

/** The calls of the program: each is asked for, then runs, then is reported once. */
export interface CallGate {
  startTurn(): void
  endTurn(): void
  propose(call: string, use: ToolUse): void
  /** The program's word on a call that it ran itself. */
  done(call: string, outcome: Outcome, output: string): void
  /** Ends running commands; nothing asked for in this turn runs any more. Resolves when they are gone and reported. */
  interrupt(): Promise<void>
  /** Resolves when no command runs and each is reported. */
  quiet(): Promise<void>
}

const defaultTimeoutSeconds = 120
const searchTimeoutSeconds = 30

/** @param env what commands get: no keys */
export function createCallGate(context: HarnessContext, env: Readonly<Record<string, string>>, send: (message: ToProgram) => void): CallGate {
  const { workspace, box, clock } = context
  /** One object per turn: what belongs to an earlier one runs no more. */
  let turn = { open: false }
  let perl = true
  const open = new Set<string>()
  const commands = new Map<string, { readonly command: RunningCommand; readonly reported: Promise<void> }>()

  const report = (call: string, outcome: Outcome, output: string, exitCode?: number) => {
    if (!open.delete(call)) return
    context.emit({ type: 'tool.done', call, outcome, output, ...(exitCode === undefined ? {} : { exitCode }) })
  }
  function start(use: Extract<ToolUse, { tool: 'shell' | 'search' }>, path: string, onOutput: (text: string) => void): RunningCommand {
    if (use.tool === 'search') {
      return runInBox(searchCommand(use.input, { workspace, path, env, perl }), { box, clock, timeoutSeconds: searchTimeoutSeconds, onOutput, fine: [1] })
    }
    return runInBox(shellLine(use.input.command, { cwd: workspace, env }), { box, clock, timeoutSeconds: use.input.timeout_seconds ?? defaultTimeoutSeconds, onOutput })
  }
  async function run(call: string, use: Extract<ToolUse, { tool: 'shell' | 'search' }>, path: string): Promise<void> {
    const command = start(use, path, (text) => context.emit({ type: 'tool.output', call, text }))
    const reported = command.result.then((result): Promise<void> | undefined => {
      commands.delete(call)
      if (use.tool === 'search' && perl && result.output.includes(noPerl)) {
        perl = false
        return run(call, use, path)
      }
      const output = use.tool === 'search' && result.exitCode === 1 ? 'Nothing found.' : result.output
      report(call, result.outcome, output, result.exitCode)
      if (result.outcome !== 'interrupted') send({ type: 'result', call, failed: result.outcome === 'error', output })
      return undefined
    })
    commands.set(call, { command, reported })
    await reported
  }
  async function handle(call: string, use: ToolUse, asking: { readonly open: boolean }): Promise<void> {
    const refuse = (reason: string) => send({ type: 'verdict', call, allow: false, reason })
    // The ceiling is kept here too: the program runs where the agent could reach it.
    if (!context.tools.includes(capabilityOf[use.tool])) return refuse(`This agent has no "${capabilityOf[use.tool]}" tools.`)
    const place = await placeOf(use, workspace)
    if (place.type === 'refused') return refuse(place.reason)
    open.add(call)
    const verdict = await context.authorize(proposedCall(call, use, { workspace, path: place.path })).catch((): Verdict => ({ type: 'deny', reason: 'The gate gave no answer, so the call was not made.' }))
    if (!asking.open) return report(call, 'interrupted', '')
    if (verdict.type === 'deny') {
      report(call, 'denied', verdict.reason)
      return refuse(verdict.reason)
    }
    if (use.tool === 'shell' || use.tool === 'search') return await run(call, use, place.path)
    return send({ type: 'verdict', call, allow: true, path: place.path })
  }

  const quiet = async () => {
    await Promise.all([...commands.values()].map(({ reported }) => reported))
  }
  return {
    quiet,
    startTurn() {
      turn = { open: true }
    },
    endTurn() {
      turn.open = false
      for (const call of open) if (!commands.has(call)) report(call, 'interrupted', '')
    },
    propose(call, use) {
      if (!turn.open || open.has(call)) return // Outside a turn nothing is asked, so nothing runs.
      void handle(call, use, turn).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        report(call, 'error', reason)
        send({ type: 'verdict', call, allow: false, reason })
      })
    },
    done: report,
    async interrupt() {
      turn.open = false
      await Promise.all([...commands.values()].map(({ command }) => command.stop()))
      await quiet()
    },
  }
}

async function placeOf(use: ToolUse, workspace: string): Promise<{ type: 'placed'; path: string } | { type: 'refused'; reason: string }> {
  if (use.tool === 'shell' || use.tool === 'web') return { type: 'placed', path: workspace }
  return await placeInWorkspace(workspace, use.input.path ?? '.').then(
    (path) => ({ type: 'placed', path }) as const,
    (error: unknown) => ({ type: 'refused', reason: error instanceof Error ? error.message : String(error) }) as const,
  )
}
