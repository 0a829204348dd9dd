import type { AcpRow } from '../acp-row.ts'

/** Qwen Code. Any service with the Chat Completions form; npm; measured with 0.24.4. */
export const qwen: AcpRow = {
  id: 'qwen', title: 'Qwen Code',
  program: {
    command: 'qwen', versionArgs: ['--version'], signIn: 'Sign in once with: qwen   (or set OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL)',
    npm: { package: '@qwen-code/qwen-code', version: '0.24.4', minimum: '0.24.0', below: '0.30.0', executables: ['node_modules/@qwen-code/qwen-code/cli-entry.js'] },
  },
  // Its own default mode lets a model decide what is safe.
  args: ['--acp', '--approval-mode', 'default'],
  env: { QWEN_CODE_NO_RELAUNCH: 'true' },
  projectRuns: ['.qwen/settings.json', '.qwen/extensions', '.qwen/hooks', '.qwen/.env'],
  credentialEnv: ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL', 'DASHSCOPE_API_KEY'],
  login: { args: [], file: { folder: '.qwen', name: 'oauth_creds.json' }, first: false },
  models: { providers: ['openai'], named: 'model' },
  model: { by: 'args', args: ['-m', '{model}'] },
  route: {
    env: { QWEN_HOME: '{home}/qwen', OPENAI_API_KEY: '{key}', OPENAI_BASE_URL: '{url}/v1', OPENAI_MODEL: '{model}' },
    files: {
      'qwen/settings.json': {
        security: { auth: { selectedType: 'openai' } }, privacy: { usageStatisticsEnabled: false }, general: { enableAutoUpdate: false },
        // It shows pictures to models that it knows by name, unless it is told.
        model: { generationConfig: { modalities: { image: true } } },
        // Model calls that nobody asked for; the end of a turn would wait for them.
        memory: { enableManagedAutoMemory: false, enableManagedAutoDream: false, enableAutoSkill: false }, ui: { enableFollowupSuggestions: false },
      },
    },
  },
  planMode: 'plan',
  capabilities: { gate: 'changes', streaming: true, steer: 'next', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: true, images: true, mcp: true, usage: true, context: false, subagents: false },
  quirks: { refusalEndsTurn: true, inputHoldsCached: true },
  limits: [{ breaks: 'plan-entries', text: 'What its model means to do is not told as a plan.' }, { breaks: 'refusal-of-one', text: 'A refused call takes the others of the same answer with it.' }, { breaks: 'mcp-start-notice', text: 'It does not say when an MCP server does not start.' }],
}
