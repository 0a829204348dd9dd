import type { HarnessContext, Verdict } from '../../spec/ports/harness.ts'
import { capabilityOf, proposedCall } from './call-actions.ts'
import type { ToolInput, ToProgram } from './protocol.ts'
import { runCommand } from './run-command.ts'
import type { RunningCommand } from './run-command.ts'

/** The calls of a program: each is asked for, then runs, then is reported once. */
export interface CallGate {
  startTurn(): void
  endTurn(): void
  propose(call: string, use: ToolInput): void
  /** The program's word on a call that it ran itself, or gave up. */
  done(call: string, outcome: 'ok' | 'error' | 'denied' | 'interrupted', output: string): void
  /** Ends running commands; nothing asked for in this turn runs any more. Resolves when they are gone and reported. */
  interrupt(): Promise<void>
  /** Resolves when no command runs and each is reported. */
  quiet(): Promise<void>
}

export function createCallGate(context: HarnessContext, send: (message: ToProgram) => void): CallGate {
  /** One object per turn: what belongs to an earlier one runs no more. */
  let turn = { open: false }
  const open = new Set<string>()
  const commands = new Map<string, { readonly command: RunningCommand; readonly reported: Promise<void> }>()

  const report = (call: string, outcome: 'ok' | 'error' | 'denied' | 'interrupted', output: string, exitCode?: number) => {
    if (!open.delete(call)) return
    context.emit({ type: 'tool.done', call, outcome, output, ...(exitCode === undefined ? {} : { exitCode }) })
  }
  async function decide(call: string, use: ToolInput): Promise<Verdict> {
    const capability = capabilityOf[use.tool]
    if (!context.tools.includes(capability)) return { type: 'deny', reason: `This agent has no "${capability}" tools.` }
    return await context.authorize(proposedCall(call, use, context.workspace)).catch((): Verdict => ({ type: 'deny', reason: 'The session is closing.' }))
  }
  async function handle(call: string, use: ToolInput, asking: { open: boolean }): Promise<void> {
    const verdict = await decide(call, use)
    if (!asking.open) return report(call, 'interrupted', '')
    if (verdict.type === 'deny') return send({ type: 'verdict', call, allow: false, reason: verdict.reason })
    if (use.tool !== 'shell') return send({ type: 'verdict', call, allow: true })
    const command = runCommand(context.box, use.input.command, { cwd: context.workspace, env: context.env }, (text) =>
      context.emit({ type: 'tool.output', call, text }),
    )
    const reported = command.result.then((result) => {
      commands.delete(call)
      report(call, result.outcome, result.output, result.exitCode)
      send({ type: 'result', call, ...result })
    })
    commands.set(call, { command, reported })
    await reported
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
      open.add(call)
      void handle(call, use, turn).catch((error: unknown) => {
        report(call, 'error', error instanceof Error ? error.message : String(error))
      })
    },
    done: (call, outcome, output) => report(call, outcome, output),
    async interrupt() {
      turn.open = false
      await Promise.all([...commands.values()].map(({ command }) => command.stop()))
      await quiet()
    },
  }
}
