import type { AcpRow } from '../acp-row.ts'

/** Cursor's agent in the terminal. From its documentation; not run by our suites: it works with a login only. */
export const cursor: AcpRow = {
  id: 'cursor', title: 'Cursor',
  program: { command: 'cursor-agent', versionArgs: ['--version'], signIn: 'Sign in once with: cursor-agent login   (or set CURSOR_API_KEY)', getIt: 'Install it from cursor.com/cli; it is on no npm registry.' },
  args: ['acp'],
  projectRuns: ['.cursor/mcp.json', '.cursor/hooks.json', '.cursor/cli.json'],
  credentialEnv: ['CURSOR_API_KEY'],
  login: { args: ['login'], first: false },
  model: { by: 'option' },
  capabilities: { gate: 'changes', streaming: true, steer: 'next', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: false, images: false, mcp: false, usage: false, context: false, subagents: false },
}
