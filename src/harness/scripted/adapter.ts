import { access } from 'node:fs/promises'
import { AppError } from '../../spec/app-error.ts'
import type { HarnessAdapter } from '../../spec/ports/harness.ts'
import { programVersion } from './program/program.ts'
import { startScriptedSession } from './scripted-session.ts'

export interface ScriptedAdapterOptions {
  /** The Node that runs the program: an absolute path. */
  readonly node: string
  /** The program: `program/main.ts` in the repository, a bundled file when published. */
  readonly program: string
}

/** The harness without a model: a scenario, or a built-in demo, makes real tool calls through the real gates. */
export function createScriptedAdapter(options: ScriptedAdapterOptions): HarnessAdapter {
  return {
    id: 'scripted', holdsTools: true, holdsInherit: true,
    title: 'Scripted demo (no model)',
    capabilities: {
      gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: false, images: false, mcp: false, usage: true, context: false, subagents: false,
    },
    credentialEnv: [],
    async probe() {
      const missing = await access(options.program).then(() => false, () => true)
      if (!missing) return { state: 'ready', version: programVersion, file: '', notes: ['Part of this package: no model, no network, no cost.'] }
      return { state: 'broken', reason: `${options.program} is missing`, fix: 'Install omnigent again: its files are incomplete.' }
    },
    async start(context) {
      if (context.signal.aborted) throw new AppError('unavailable', 'The session is closing.')
      return await startScriptedSession(options, context)
    },
  }
}
