import type { HarnessContext, Verdict } from '../../spec/ports/harness.ts'
import { CallLedger, type CallOutcome, type CallTurn } from '../call-ledger.ts'
import { capabilityOf, proposedCall } from './call-actions.ts'
import type { ToolInput, ToProgram } from './protocol.ts'
import { runCommand } from './run-command.ts'

/** The calls of a program: each is asked for, then runs, then is reported once. */
export interface CallGate extends Pick<CallLedger, 'startTurn' | 'endTurn' | 'interrupt' | 'quiet'> {
  propose(call: string, use: ToolInput): void
  /** The program's word on a call that it ran itself, or gave up. */
  done(call: string, outcome: CallOutcome, output: string): void
}

export function createCallGate(context: HarnessContext, send: (message: ToProgram) => void): CallGate {
  const ledger = new CallLedger(context.emit)

  async function decide(call: string, use: ToolInput): Promise<Verdict> {
    const capability = capabilityOf[use.tool]
    if (!context.tools.includes(capability)) return { type: 'deny', reason: `This agent has no "${capability}" tools.` }
    return await context.authorize(proposedCall(call, use, context.workspace)).catch((): Verdict => ({ type: 'deny', reason: 'The session is closing.' }))
  }
  async function handle(call: string, use: ToolInput, asking: CallTurn): Promise<void> {
    const verdict = await decide(call, use)
    if (!asking.open) return ledger.report(call, 'interrupted', '')
    if (verdict.type === 'deny') return send({ type: 'verdict', call, allow: false, reason: verdict.reason })
    if (use.tool !== 'shell') return send({ type: 'verdict', call, allow: true })
    const command = runCommand(context.box, use.input.command, { cwd: context.workspace, env: context.env }, (text) =>
      context.emit({ type: 'tool.output', call, text }),
    )
    await ledger.run(call, command, (result) => {
      ledger.report(call, result.outcome, result.output, result.exitCode)
      send({ type: 'result', call, ...result })
    })
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
      ledger.open(call)
      void handle(call, use, turn).catch((error: unknown) => {
        ledger.report(call, 'error', error instanceof Error ? error.message : String(error))
      })
    },
  }
}
