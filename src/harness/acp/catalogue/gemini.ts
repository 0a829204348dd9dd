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
  env: { GEMINI_CLI_NO_RELAUNCH: 'true' },
  projectRuns: ['.gemini/settings.json', '.gemini/extensions', '.gemini/hooks', '.gemini/.env'], credentialEnv: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_CLOUD_PROJECT', 'GOOGLE_CLOUD_LOCATION', 'GOOGLE_GENAI_USE_VERTEXAI'],
  model: { by: 'args', args: ['-m', '{model}'] },
  route: {
    env: { GEMINI_CLI_HOME: '{home}/gemini', GEMINI_API_KEY: '{key}', GOOGLE_GEMINI_BASE_URL: '{url}' },
    files: { 'gemini/.gemini/settings.json': { security: { auth: { selectedType: 'gemini-api-key' } }, privacy: { usageStatisticsEnabled: false }, general: { enableAutoUpdate: false } } },
  },
  capabilities: { gate: 'changes', streaming: true, steer: 'next', interrupt: true, resume: true, modelSelection: true, usage: true },
  // Through us it can make no new file: it takes "not found" for a failure.
  quirks: { titleIsCommand: true, ownFiles: true, reopenNextMinute: true },
  limits: [{ breaks: 'refusal-reason', text: 'Its model is told that a call was refused, not why.' }, { breaks: 'line-separator', text: 'A piece of an answer that holds U+2028 is lost.' }],
}
