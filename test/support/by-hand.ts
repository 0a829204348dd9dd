import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { claudeCodeProgram } from '../../src/harness/claude-code/program.ts'
import { codexProgram } from '../../src/harness/codex/program.ts'
import { piProgram } from '../../src/harness/pi/program.ts'
import type { HarnessProgram } from '../../src/spec/ports/harness-program.ts'
import { programFolder } from './install-vendor-programs.ts'

const run = promisify(execFile)
export const handPrograms = { 'claude-code': claudeCodeProgram, codex: codexProgram, pi: piProgram } as const
export type HandProgram = keyof typeof handPrograms

/** What a person has set for themselves, so that their programs reach the stub. */
export const handEnv = (stub: string): Record<string, string> => ({ ANTHROPIC_BASE_URL: stub, ANTHROPIC_API_KEY: 'dummy', STUB_KEY: 'dummy' })

/** A person's own home folder, in which claude, codex and pi go to the stub. */
export async function furnishHome(home: string, stub: string): Promise<void> {
  const files: Record<string, string> = {
    '.codex/config.toml': `model = "gpt-5.5"\nmodel_provider = "stub"\ncheck_for_update_on_startup = false\n[model_providers.stub]\nname = "stub"\nbase_url = "${stub}/v1"\nwire_api = "responses"\nenv_key = "STUB_KEY"\nrequires_openai_auth = false\nsupports_websockets = false\n[features]\nplugins = false\n[analytics]\nenabled = false\n`,
    '.pi/agent/models.json': JSON.stringify({ providers: { stub: { baseUrl: stub, api: 'anthropic-messages', apiKey: 'dummy', models: [{ id: 'stub-1', contextWindow: 200_000, maxTokens: 8_000 }] } } }),
    '.pi/agent/settings.json': JSON.stringify({ defaultProvider: 'stub', defaultModel: 'stub-1' }),
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true })
    await writeFile(join(home, path), text)
  }
}

/** The program's executable, as the tests have it installed. */
export function handFile(id: HandProgram): string {
  const program: HarnessProgram = handPrograms[id]
  return program.executables({ os: process.platform, arch: process.arch }).map((file) => join(programFolder, id, file)).find((file) => existsSync(file)) ?? '/missing'
}

/** One prompt, typed into the real program as a person does in a script. `more` goes on with its last conversation. */
export async function sayByHand(id: HandProgram, place: { readonly home: string; readonly folder: string; readonly stub: string; readonly more?: boolean }, prompt: string): Promise<void> {
  const more = place.more === true
  const args: Record<HandProgram, string[]> = {
    'claude-code': ['-p', ...(more ? ['--continue'] : []), '--allowedTools', 'Bash', '--', prompt],
    codex: ['exec', ...(more ? ['resume', '--last'] : []), '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', prompt],
    pi: [handFile('pi'), ...(more ? ['--continue'] : []), '-p', prompt],
  }
  // Codex puts helper programs under TMPDIR and refuses a home inside it.
  const tmp = join(place.home, 'hand-tmp')
  await mkdir(tmp, { recursive: true })
  const env = { PATH: process.env['PATH'] ?? '', HOME: place.home, LANG: 'C.UTF-8', TMPDIR: tmp, ...handEnv(place.stub), CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', PI_OFFLINE: '1', PI_TELEMETRY: '0' }
  const running = run(id === 'pi' ? process.execPath : handFile(id), args[id], { cwd: place.folder, env, timeout: 60_000 })
  running.child.stdin?.end()
  await running
}
