import type { HarnessContext, ProposedCall, Verdict } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, text } from '../json-program.ts'
import { claudeActions, claudeTitle } from './claude-actions.ts'
import type { ControlChannel } from './control-channel.ts'

const hookId = 'omnigent-gate'
/** Seconds that the program waits for the gate: a person may take long. Its own default is 600. */
const hookTimeoutS = 7 * 24 * 3_600

/** Asked by the program before every call, also those of its sub-agents. What throws or answers garbage blocks: `onFailure`. */
export const gateHooks = { PreToolUse: [{ matcher: null, hookCallbackIds: [hookId], timeout: hookTimeoutS, onFailure: 'block' }] }

export interface GateDeps {
  readonly context: Pick<HarnessContext, 'authorize'>
  readonly channel: ControlChannel
  /** The call that started a sub-agent. */
  parentOf(agent: string): string | undefined
  /** The program wants to leave plan mode, with this plan where it wrote one. */
  planned(plan: string): void
}

/** Answers the program's question whether a call may run. */
export class ClaudeGate {
  readonly #deps: GateDeps
  readonly #allowed = new Set<string>()

  constructor(deps: GateDeps) {
    this.#deps = deps
  }

  /** Whether the gate let the call run; asked once, at its end. */
  take(call: string): boolean {
    return this.#allowed.delete(call)
  }

  hearHook(id: string, hook: JsonRecord): void {
    const { channel, context } = this.#deps
    const [tool, input, call] = [text(hook['tool_name']), record(hook['tool_input']), text(hook['tool_use_id'])]
    const answer = (verdict: Verdict) => {
      if (verdict.type === 'allow') this.#allowed.add(call)
      channel.answer(id, hookOutput(verdict))
    }
    if (tool === '' || call === '') return answer({ type: 'deny', reason: 'The gate could not read the call.' })
    if (tool === 'ExitPlanMode') {
      this.#deps.planned(text(input['plan']))
      // The turn ends here: what comes next is a person's word.
      return channel.answer(id, { ...hookOutput({ type: 'deny', reason: 'The person reads the plan and decides. Wait for the next message.' }), continue: false, stopReason: 'The person decides on the plan.' })
    }
    context.authorize(this.#proposed({ call, tool, input, hook }))
      .then(answer)
      .catch((error: unknown) => answer({ type: 'deny', reason: error instanceof Error ? error.message : 'The gate failed.' }))
      // The program is gone: it can not run the call either.
      .catch(() => undefined)
  }

  /** The hook has been asked already; what it did not pass is not passed here either. */
  hearPermission(id: string, request: JsonRecord): void {
    const passed = this.#allowed.has(text(request['tool_use_id']))
    this.#deps.channel.answer(id, passed ? { behavior: 'allow', updatedInput: request['input'] } : { behavior: 'deny', message: 'The gate did not allow this call.' })
  }

  #proposed({ call, tool, input, hook }: { call: string; tool: string; input: JsonRecord; hook: JsonRecord }): ProposedCall {
    const parent = this.#deps.parentOf(text(hook['agent_id']))
    const server = text(record(hook['mcp_server'])['name'])
    return { call, tool, title: claudeTitle(tool, input), input, actions: claudeActions(tool, input, server), ...(parent === undefined ? {} : { parent }) }
  }
}

function hookOutput(verdict: Verdict): object {
  const decision = verdict.type === 'allow' ? { permissionDecision: 'allow' } : { permissionDecision: 'deny', permissionDecisionReason: verdict.reason }
  return { hookSpecificOutput: { hookEventName: 'PreToolUse', ...decision } }
}
