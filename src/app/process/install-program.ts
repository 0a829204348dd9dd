import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../spec/app-error.ts'
import type { HarnessProgram } from '../../spec/ports/harness-program.ts'
import type { Config } from '../config.ts'

/**
 * Installs the tested version of a harness program from npm into `<folder>/<id>`; replaces an older one only when the
 * new one is whole. Install scripts do not run: programs are started from the file inside their package.
 * @throws {AppError} 'unavailable' with npm's own last words.
 */
export async function installProgram(config: Pick<Config, 'environment' | 'platform'>, folder: string, id: string, program: HarnessProgram): Promise<string> {
  const target = join(folder, id)
  const fresh = join(folder, `.${id}.${process.pid}`)
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { recursive: true, mode: 0o700 })
  await writeFile(join(fresh, 'package.json'), JSON.stringify({ private: true, name: `omnigent-harness-${id}` }))
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--save-exact', `${program.package}@${program.version}`]
  const { code, text } = await runNpm(args, fresh, config.environment)
  const found = program.executables(config.platform).some((file) => existsSync(join(fresh, file)))
  if (code !== 0 || !found) {
    await rm(fresh, { recursive: true, force: true })
    throw new AppError('unavailable', code === 0 ? `${program.package} has no program for ${config.platform.os}/${config.platform.arch}.` : `npm could not install ${program.package}@${program.version}:\n${text.split('\n').slice(-12).join('\n')}`)
  }
  await rm(target, { recursive: true, force: true })
  await rename(fresh, target)
  return target
}

function runNpm(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve) => {
    const child = spawn('npm', [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    const take = (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(-20_000)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('error', (error) => resolve({ code: 127, text: `npm could not be started: ${error.message}` }))
    child.once('close', (code) => resolve({ code, text }))
  })
}
