import type { AcpRow } from '../acp-row.ts'

const askForEverything = { permission: { '*': 'ask' } }

/** opencode. Any model service; npm; measured with 1.18.33. */
export const opencode: AcpRow = {
  id: 'opencode', title: 'opencode',
  program: {
    command: 'opencode', versionArgs: ['--version'], signIn: 'Sign in once with: opencode auth login',
    // The launcher of the package needs an install script: the file of the platform is started directly.
    npm: { package: 'opencode-ai', version: '1.18.33', minimum: '1.18.0', below: '1.30.0', executables: ['node_modules/opencode-{os}-{arch}/bin/opencode'] },
  },
  args: ['acp', '--pure'],
  env: { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_DEFAULT_PLUGINS: '1', OPENCODE_CONFIG_CONTENT: askForEverything },
  projectRuns: ['opencode.json', 'opencode.jsonc', '.opencode'],
  credentialEnv: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY', 'OPENCODE_API_KEY'],
  login: { args: ['auth', 'login'], file: { folderEnv: 'XDG_DATA_HOME', folder: '.local/share', name: 'opencode/auth.json' }, first: true },
  models: { providers: ['anthropic', 'openai', 'google', 'openrouter'], named: 'provider/model' },
  model: { by: 'option' },
  route: {
    env: {
      XDG_DATA_HOME: '{home}/opencode/data',
      OPENCODE_CONFIG_CONTENT: {
        ...askForEverything, model: 'gateway/{model}', small_model: 'gateway/{model}', share: 'disabled',
        provider: {
          gateway: {
            npm: '@ai-sdk/openai-compatible', name: 'gateway', models: { '{model}': { attachment: true, modalities: { input: ['text', 'image'], output: ['text'] } } },
            // A model call may be held for a person's answer: no limit on silence.
            options: { baseURL: '{url}/v1', apiKey: '{key}', timeout: false, headerTimeout: false, chunkTimeout: false },
          },
        },
      },
    },
  },
  planMode: 'plan',
  capabilities: { gate: 'every-call', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: true, images: true, mcp: true, usage: true, context: false, subagents: false },
  quirks: { refusalEndsTurn: true },
  limits: [{ breaks: 'refusal-of-one', text: 'A refused call takes the others of the same answer with it.' }, { breaks: 'usage-of-every-call', text: 'It reports the tokens of the last model call of a turn only.' }, { breaks: 'mcp-start-notice', text: 'It does not say when an MCP server does not start.' }],
}
