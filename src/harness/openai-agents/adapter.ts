import type { HarnessAdapter } from '../../spec/ports/harness.ts'
import { startLoopSession } from '../child-loop/loop-session.ts'
import { createModelChooser } from '../child-loop/model-choice.ts'
import { probeProgram } from '../probe-program.ts'
import { openaiAgentsProgram } from './program.ts'

export interface OpenaiAgentsOptions {
  /** The Node that runs the program: an absolute path. */
  readonly node: string
  /** The program: `program/main.ts` in the repository, a bundled file when published. */
  readonly program: string
  /** Tokens that fit into one call, instead of what is known of the model. For tests. */
  readonly contextWindow?: number
}

const id = 'openai-agents'
const title = 'OpenAI Agents SDK'
/** The user's account, as the vendor's libraries name it. */
const accountVariables = ['OPENAI_ORG_ID', 'OPENAI_PROJECT_ID']

/** The loop of the OpenAI Agents SDK in a child program of ours, with our tools. */
export function createOpenaiAgentsAdapter({ node, program, contextWindow }: OpenaiAgentsOptions): HarnessAdapter {
  const models = createModelChooser({ harness: id, dialects: ['openai', 'chat'], unnamed: 'openai' })
  return {
    id, title, holdsTools: true, program: openaiAgentsProgram,
    capabilities: { gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: true, modelSelection: true, effort: true, planMode: false, images: true, mcp: true, usage: true, context: true, subagents: false },
    credentialEnv: [...models.env, ...accountVariables],
    models: { providers: models.rows.map((row) => row.id), named: 'provider/model', default: models.firstWithKey },
    probe: (place) => probeProgram(openaiAgentsProgram, place, { id, title, node }),
    start: (context) => startLoopSession({ harness: id, title: `The ${title}`, node, args: [program, context.file], models, contextWindow }, context),
  }
}
