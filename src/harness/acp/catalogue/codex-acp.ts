import type { AcpRow } from '../acp-row.ts'

/** Codex behind its ACP adapter. Measured with 2.6.0; `codex` drives the same program directly and gates every call. */
export const codexAcp: AcpRow = {
  id: 'codex-acp', title: 'Codex (ACP)', vendor: 'openai',
  program: {
    command: 'codex-acp', signIn: 'Sign in once with: codex login   (or set OPENAI_API_KEY)',
    npm: { package: '@agentclientprotocol/codex-acp', version: '2.6.0', minimum: '2.0.0', below: '3.0.0', executables: ['node_modules/@agentclientprotocol/codex-acp/dist/index.js'] },
  },
  args: [],
  // The mode that asks the most.
  env: { NO_BROWSER: '1', INITIAL_AGENT_MODE: 'read-only' },
  projectRuns: ['.codex'],
  credentialEnv: ['OPENAI_API_KEY', 'CODEX_API_KEY', 'CODEX_HOME'],
  login: { file: { folderEnv: 'CODEX_HOME', folder: '.codex', name: 'auth.json' }, first: true },
  models: { providers: ['openai'], named: 'model' },
  model: { by: 'option' },
  route: {
    env: { CODEX_HOME: '{home}/codex', MODEL_PROVIDER: 'gateway', GATEWAY_KEY: '{key}' },
    files: {
      'codex/config.toml': [
        'model = "{model}"', 'model_provider = "gateway"', 'check_for_update_on_startup = false', '[model_providers.gateway]', 'name = "gateway"', 'base_url = "{url}/v1"', 'wire_api = "responses"',
        'env_key = "GATEWAY_KEY"', 'requires_openai_auth = false', 'supports_websockets = false', 'stream_idle_timeout_ms = 3600000', '[features]', 'plugins = false', '[analytics]', 'enabled = false', '',
      ].join('\n'),
    },
  },
  mode: 'read-only',
  capabilities: { gate: 'changes', streaming: true, steer: 'turn', interrupt: true, resume: true, fork: false, modelSelection: true, effort: false, planMode: false, images: false, mcp: false, usage: true, context: false, subagents: false },
  quirks: { refusalEndsTurn: true },
}
