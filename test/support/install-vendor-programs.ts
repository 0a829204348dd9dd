import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { installProgram } from '../../src/app/process/install-program.ts'
import { createAcpAdapter } from '../../src/harness/acp/adapter.ts'
import { gemini } from '../../src/harness/acp/catalogue/gemini.ts'
import { kimi } from '../../src/harness/acp/catalogue/kimi.ts'
import { opencode } from '../../src/harness/acp/catalogue/opencode.ts'
import { qwen } from '../../src/harness/acp/catalogue/qwen.ts'
import { claudeCodeProgram } from '../../src/harness/claude-code/program.ts'
import { claudeSdkProgram } from '../../src/harness/claude-sdk/program.ts'
import { codexProgram } from '../../src/harness/codex/program.ts'
import { openaiAgentsProgram } from '../../src/harness/openai-agents/program.ts'
import { piProgram } from '../../src/harness/pi/program.ts'

/** Where tests keep the real programs: outside node_modules, kept between runs. */
export const programFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'omnigent-test', 'harnesses')

const acpPrograms = [gemini, qwen, kimi, opencode].map((row) => createAcpAdapter(row, { node: process.execPath })).flatMap(({ id, program }) => (program === undefined ? [] : [[id, program] as const]))
const programs = { 'claude-code': claudeCodeProgram, codex: codexProgram, pi: piProgram, 'openai-agents': openaiAgentsProgram, ...Object.fromEntries(acpPrograms) }
const platform = { os: process.platform, arch: process.arch }

/** Installs what is missing, the product's way. Run by `npm test` before the suites. */
export async function installVendorPrograms(): Promise<void> {
  await mkdir(programFolder, { recursive: true })
  const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
  for (const [id, program] of Object.entries(programs)) {
    const stamp = join(programFolder, `${id}.version`)
    const installed = await readFile(stamp, 'utf8').catch(() => '')
    if (installed === program.version && program.executables(platform).some((file) => existsSync(join(programFolder, id, file)))) continue
    process.stdout.write(`installing ${program.package}@${program.version} for the tests …\n`)
    await installProgram({ environment, platform }, programFolder, id, program)
    await writeFile(stamp, program.version)
  }
  await installClaudeSdk()
}

/** Without the Claude Code that comes with it, 364 MB: the one that is there already is of the same version, and is linked in its place. */
async function installClaudeSdk(): Promise<void> {
  const folder = join(programFolder, 'claude-sdk')
  const stamp = join(programFolder, 'claude-sdk.version')
  const { package: name, version } = claudeSdkProgram
  if ((await readFile(stamp, 'utf8').catch(() => '')) === version) return
  const binary = claudeCodeProgram.executables(platform).map((file) => join(programFolder, 'claude-code', file)).find((file) => existsSync(file))
  if (binary === undefined) throw new Error('Claude Code is not installed for the tests.')
  process.stdout.write(`installing ${name}@${version} for the tests …\n`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }))
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=optional', `${name}@${version}`], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const linked = join(folder, 'node_modules', `${name}-${platform.os}-${platform.arch}`)
  await mkdir(linked)
  await symlink(binary, join(linked, 'claude'))
  await writeFile(stamp, version)
}

if (process.argv[1]?.endsWith('install-vendor-programs.ts') === true) await installVendorPrograms()
