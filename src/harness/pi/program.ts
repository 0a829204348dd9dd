import type { HarnessProgram } from '../../spec/ports/harness-program.ts'
import type { VendorLogin } from '../../spec/ports/vendor-login.ts'
import { piLoginInBox } from './login-in-box.ts'

/** Pi: plain JavaScript, run by our own Node. */
export const piProgram: HarnessProgram = {
  package: '@earendil-works/pi-coding-agent',
  version: '0.87.1',
  minimum: '0.80.0',
  below: '0.90.0',
  command: 'pi',
  versionArgs: ['--version'],
  executables: () => ['node_modules/@earendil-works/pi-coding-agent/dist/cli.js'],
  signIn: 'Sign in once: start pi and type /login   (or set a provider key such as ANTHROPIC_API_KEY, or save one: omni setup)',
}

/** Its sign-in is typed into the program itself: /login. */
export const piLogin: VendorLogin = { args: [], file: { folderEnv: 'PI_CODING_AGENT_DIR', folder: '.pi/agent', name: 'auth.json' }, first: true, inBox: piLoginInBox }
