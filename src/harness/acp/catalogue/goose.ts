import type { AcpRow } from '../acp-row.ts'

/** goose. Any model service. From its documentation; not run by our suites. */
export const goose: AcpRow = {
  id: 'goose', title: 'goose',
  program: { command: 'goose', versionArgs: ['--version'], signIn: 'Choose a model service once with: goose configure', getIt: 'Install goose from github.com/block/goose; it is on no npm registry.' },
  args: ['acp'],
  // Its own default runs every tool without asking.
  env: { GOOSE_MODE: 'approve' },
  credentialEnv: ['GOOSE_PROVIDER', 'GOOSE_MODEL', 'OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GOOGLE_API_KEY', 'OPENROUTER_API_KEY'],
  login: { args: ['configure'], file: { folderEnv: 'XDG_CONFIG_HOME', folder: '.config', name: 'goose/config.yaml' }, first: true },
  model: { by: 'option' },
  capabilities: { gate: 'changes', streaming: true, steer: 'next', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: false, images: false, mcp: false, usage: false, context: false, subagents: false },
}
