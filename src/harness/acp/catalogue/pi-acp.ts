import type { AcpRow } from '../acp-row.ts'

/** Pi behind an ACP adapter. Measured with 0.0.34: it asks before nothing. `pi` drives the same program with a gate. */
export const piAcp: AcpRow = {
  id: 'pi-acp', title: 'Pi (ACP)',
  program: {
    command: 'pi-acp', signIn: 'Install and sign in to pi itself: omni harness install pi',
    npm: { package: 'pi-acp', version: '0.0.34', minimum: '0.0.34', below: '0.1.0', executables: ['node_modules/pi-acp/dist/index.js'] },
  },
  args: [],
  env: { PI_OFFLINE: '1', PI_TELEMETRY: '0' },
  projectRuns: ['.pi'],
  credentialEnv: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY', 'PI_CODING_AGENT_DIR'],
  login: { file: { folderEnv: 'PI_CODING_AGENT_DIR', folder: '.pi/agent', name: 'auth.json' }, first: true },
  model: { by: 'none' },
  capabilities: { gate: 'none', streaming: true, steer: 'next', interrupt: true, resume: true, fork: false, modelSelection: false, effort: false, planMode: false, images: false, mcp: false, usage: false, context: false, subagents: false },
}
