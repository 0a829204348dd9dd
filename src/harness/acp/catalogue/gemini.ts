import type { AcpRow } from '../acp-row.ts'

/** Gemini CLI. Google; npm; measured with 0.61.0. */
export const gemini: AcpRow = {
  id: 'gemini', title: 'Gemini CLI', vendor: 'google',
  program: {
    command: 'gemini', versionArgs: ['--version'], signIn: 'Sign in once with: gemini   (or set GEMINI_API_KEY)',
    npm: { package: '@google/gemini-cli', version: '0.61.0', minimum: '0.60.0', below: '0.70.0', executables: ['node_modules/@google/gemini-cli/bundle/gemini.js'] },
  },
  args: ['--acp', '--approval-mode', 'default'],
  // Without it the program starts itself a second time, and the first one's end would not be its own.
  // It starts only once a person trusts what the project would run: asked again, it would leave out the session's own servers.
  env: { GEMINI_CLI_NO_RELAUNCH: 'true', GEMINI_CLI_TRUST_WORKSPACE: 'true' },
  projectRuns: ['.gemini/settings.json', '.gemini/extensions', '.gemini/hooks', '.gemini/.env'],
  credentialEnv: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GEMINI_BASE_URL', 'GOOGLE_CLOUD_PROJECT', 'GOOGLE_CLOUD_LOCATION', 'GOOGLE_GENAI_USE_VERTEXAI'],
  login: { args: [], file: { folder: '.gemini', name: 'oauth_creds.json' }, first: false },
  models: { providers: ['google'], named: 'model' },
  model: { by: 'args', args: ['-m', '{model}'] },
  route: {
    env: { GEMINI_CLI_HOME: '{home}/gemini', GEMINI_API_KEY: '{key}', GOOGLE_GEMINI_BASE_URL: '{url}' },
    files: { 'gemini/.gemini/settings.json': { security: { auth: { selectedType: 'gemini-api-key' } }, privacy: { usageStatisticsEnabled: false }, general: { enableAutoUpdate: false } } },
  },
  planMode: 'plan',
  capabilities: { gate: 'changes', streaming: true, steer: 'next', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: true, images: true, mcp: true, usage: true, context: false, subagents: false },
  // Through us it can make no new file: it takes "not found" for a failure.
  quirks: { titleIsCommand: true, ownFiles: true, reopenNextMinute: true },
  limits: [
    { breaks: 'refusal-reason', text: 'Its model is told that a call was refused, not why.' }, { breaks: 'line-separator', text: 'A piece of an answer that holds U+2028 is lost.' }, { breaks: 'mcp-start-notice', text: 'It does not say when an MCP server does not start.' }, { breaks: 'plan-entries', text: 'Its model has no list of what it means to do.' },
    { breaks: 'command-outcome', text: 'It does not say that a command failed, but to its model.' }, { breaks: 'command-output', text: 'What a command printed goes to its model alone.' },
    { breaks: 'record-after-kill', text: 'Killed in the middle of a turn it loses its record of the conversation, and is told it again.' },
  ],
}
