import type { AcpRow } from '../acp-row.ts'

/** GitHub Copilot CLI. npm; from its documentation; not run by our suites: it works with a login only. */
export const copilot: AcpRow = {
  id: 'copilot', title: 'GitHub Copilot CLI',
  program: {
    command: 'copilot', versionArgs: ['--version'], signIn: 'Sign in once with: copilot   (or set GH_TOKEN)',
    getIt: 'Install it with: npm install -g @github/copilot',
  },
  args: ['--acp'],
  projectRuns: ['.copilot', '.github/hooks', '.mcp.json', '.vscode/mcp.json'],
  credentialEnv: ['GH_TOKEN', 'GITHUB_TOKEN', 'COPILOT_GITHUB_TOKEN'],
  login: { args: [], first: false },
  model: { by: 'option' },
  capabilities: { gate: 'changes', streaming: true, steer: 'next', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: false, images: false, mcp: false, usage: false, context: false, subagents: false },
}
