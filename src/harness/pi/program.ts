import type { HarnessProgram } from '../../spec/ports/harness-program.ts'

/** Pi: plain JavaScript, run by our own Node. */
export const piProgram: HarnessProgram = {
  package: '@earendil-works/pi-coding-agent',
  version: '0.87.1',
  minimum: '0.80.0',
  below: '0.90.0',
  command: 'pi',
  versionArgs: ['--version'],
  executables: () => ['node_modules/@earendil-works/pi-coding-agent/dist/cli.js'],
  signIn: 'Sign in once with: pi /login   (or set a provider key such as ANTHROPIC_API_KEY)',
}
