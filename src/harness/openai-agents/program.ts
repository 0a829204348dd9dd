import type { HarnessProgram } from '../../spec/ports/harness-program.ts'

/** The OpenAI Agents SDK: a library that our own child program loads from where the user installed it. */
export const openaiAgentsProgram: HarnessProgram = {
  package: '@openai/agents',
  version: '0.20.0',
  minimum: '0.20.0',
  below: '0.21.0',
  command: '',
  versionArgs: [],
  executables: () => ['node_modules/@openai/agents/dist/index.mjs'],
  signIn: 'Set OPENAI_API_KEY where the server starts (or the key of a compatible service, such as OPENROUTER_API_KEY).',
}
