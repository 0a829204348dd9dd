import type { AcpRow } from '../acp-row.ts'

/**
 * Kimi Code. Moonshot AI; any service with the Chat Completions form; npm; measured with 2.1.0: it edits files of a git repository without asking,
 * and writes them through us, where they are asked for. No key is read from the usual variables of the services.
 */
export const kimi: AcpRow = {
  id: 'kimi', title: 'Kimi Code',
  program: {
    command: 'kimi', versionArgs: ['--version'], signIn: 'Sign in once with: kimi login   (or set KIMI_MODEL_NAME, KIMI_MODEL_API_KEY and KIMI_MODEL_BASE_URL)',
    npm: { package: '@moonshot-ai/kimi-code', version: '2.1.0', minimum: '2.1.0', below: '3.0.0', executables: ['node_modules/@moonshot-ai/kimi-code/dist/main.mjs'] },
  },
  args: ['acp'],
  // An empty answer of the model is asked for again: ten times by its own default, which takes minutes.
  env: { KIMI_LOOP_MAX_ATTEMPTS_PER_STEP: '3', KIMI_CODE_NO_AUTO_UPDATE: '1', KIMI_DISABLE_TELEMETRY: '1' },
  projectRuns: ['.kimi-code/mcp.json', '.mcp.json'],
  credentialEnv: ['KIMI_CODE_HOME', 'KIMI_MODEL_NAME', 'KIMI_MODEL_API_KEY', 'KIMI_MODEL_BASE_URL', 'KIMI_MODEL_PROVIDER_TYPE'],
  login: { args: ['login'], file: { folderEnv: 'KIMI_CODE_HOME', folder: '.kimi-code', name: 'credentials/kimi-code.json' }, first: false },
  model: { by: 'option' },
  route: { env: { KIMI_CODE_HOME: '{home}/kimi', KIMI_MODEL_NAME: '{model}', KIMI_MODEL_PROVIDER_TYPE: 'openai', KIMI_MODEL_API_KEY: '{key}', KIMI_MODEL_BASE_URL: '{url}/v1' } },
  mode: 'default',
  planMode: 'plan',
  capabilities: { gate: 'every-call', streaming: true, steer: 'next', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: true, images: true, mcp: true, usage: false, context: false, subagents: false },
  quirks: { inputAsText: true },
  limits: [{ breaks: 'usage-of-every-call', text: 'It reports no tokens.' }, { breaks: 'refusal-reason', text: 'Its model is told that a call was refused, not why.' }, { breaks: 'model-error-words', text: 'A model call that fails for good ends its turn without a word of the service.' }, { breaks: 'mcp-start-notice', text: 'It does not say when an MCP server does not start.' }],
}
