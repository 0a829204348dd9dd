import { access } from 'node:fs/promises'
import type { HarnessAdapter } from '../../spec/ports/harness.ts'
import { startLoopSession } from '../child-loop/loop-session.ts'
import { createModelChooser } from '../child-loop/model-choice.ts'
import { programVersion } from './program-version.ts'

export interface OmniAdapterOptions {
  /** The Node that runs the program: an absolute path. */
  readonly node: string
  /** The program: `program/main.ts` in the repository, a bundled file when published. */
  readonly program: string
  /** Tokens that fit into one call, instead of what is known of the model. For tests. */
  readonly contextWindow?: number
}

/** Our own agent loop, on any model. */
export function createOmniAdapter({ node, program, contextWindow }: OmniAdapterOptions): HarnessAdapter {
  const models = createModelChooser({ harness: 'omni', dialects: ['anthropic', 'openai', 'google', 'chat'], unnamed: 'anthropic' })
  return {
    id: 'omni', holdsTools: true, holdsInherit: true,
    title: 'Omni loop',
    capabilities: {
      gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: true, modelSelection: true, effort: true, planMode: false, images: true, mcp: true, usage: true, context: true, subagents: false,
    },
    credentialEnv: models.env,
    models: { providers: models.rows.map((row) => row.id), named: 'provider/model', default: models.firstWithKey },
    async probe({ env }) {
      const missing = await access(program).then(() => false, () => true)
      if (!missing) return { state: 'ready', version: programVersion, file: '', notes: ['Part of this package.', ...models.notes(env)] }
      return { state: 'broken', reason: `${program} is missing`, fix: 'Install omnigent again: its files are incomplete.' }
    },
    start: (context) => startLoopSession({ harness: 'omni', title: 'The omni loop', node, args: [program], models, contextWindow }, context),
  }
}
