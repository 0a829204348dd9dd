import type { AcpRow } from './acp-row.ts'

/** An agent of the user's own configuration (`acp:` in config.yaml). */
export interface OwnAcpAgent {
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly title?: string | undefined
  readonly mode?: string | undefined
  readonly gate: 'every-call' | 'changes' | 'none'
}

/** `harness: acp:<name>`. Nobody has observed it: only what the protocol itself promises is claimed. */
export function ownAcpRow(name: string, { command, env, title, mode, gate }: OwnAcpAgent): AcpRow {
  const [file = '', ...args] = command
  return {
    id: `acp:${name}`, title: title ?? name, args, credentialEnv: [], ...(env === undefined ? {} : { env }), ...(mode === undefined ? {} : { mode }),
    program: { command: file, signIn: 'From your own configuration: config.yaml, acp.', getIt: `Put the program where acp.${name}.command of config.yaml says.` },
    model: { by: 'option' },
    capabilities: { gate, streaming: true, steer: 'next', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: false, images: false, mcp: false, usage: false, context: false, subagents: false },
  }
}
