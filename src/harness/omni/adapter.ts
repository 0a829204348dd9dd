import { access } from 'node:fs/promises'
import { AppError } from '../../spec/app-error.ts'
import type { HarnessAdapter } from '../../spec/ports/harness.ts'
import { credentialEnv, modelNotes } from './model-choice.ts'
import { startOmniSession } from './omni-session.ts'
import { programVersion } from './protocol.ts'

export interface OmniAdapterOptions {
  /** The Node that runs the program: an absolute path. */
  readonly node: string
  /** The program: `program/main.ts` in the repository, a bundled file when published. */
  readonly program: string
  /** Tokens that fit into one call, instead of what is known of the model. For tests. */
  readonly contextWindow?: number
}

/** Our own agent loop, on any model. */
export function createOmniAdapter(options: OmniAdapterOptions): HarnessAdapter {
  return {
    id: 'omni', holdsTools: true, holdsInherit: true,
    title: 'Omni loop',
    capabilities: {
      gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, modelSelection: true, usage: true,
    },
    credentialEnv,
    async probe({ env }) {
      const missing = await access(options.program).then(() => false, () => true)
      if (!missing) return { state: 'ready', version: programVersion, file: '', notes: ['Part of this package.', ...modelNotes(env)] }
      return { state: 'broken', reason: `${options.program} is missing`, fix: 'Install omnigent again: its files are incomplete.' }
    },
    async start(context) {
      if (context.signal.aborted) throw new AppError('unavailable', 'The session is closing.')
      return await startOmniSession(options, context)
    },
  }
}
