import { existsSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { HarnessProgram } from '../spec/ports/harness-program.ts'
import type { HarnessReadiness, ProbePlace } from '../spec/ports/harness.ts'
import { writtenVersion } from './written-version.ts'

/** How a found file is run: itself, or by our Node. */
export function commandOf(file: string, node: string): { readonly file: string; readonly args: readonly string[] } {
  return /\.[cm]?js$/.test(file) ? { file: node, args: [file] } : { file, args: [] }
}

interface ProbeOptions {
  readonly id: string
  readonly title: string
  readonly node: string
  /** How a person gets it, where `omni harness install` can not. */
  readonly fix?: string
}

/** Looks for a program (configuration, `omni harness install`, PATH), runs it for its version, and judges that. */
export async function probeProgram(program: HarnessProgram, place: ProbePlace, options: ProbeOptions): Promise<HarnessReadiness> {
  const install = options.fix ?? `Install the tested version with: omni harness install ${options.id}`
  const file = find(program, place, options.id)
  if (file === undefined) return { state: 'missing', reason: `${options.title} is not installed on this machine.`, fix: install }
  const asked = program.versionArgs.length > 0
  const written = place.quick === true || !asked ? await writtenVersion(file, program.package) : undefined
  if (written !== undefined) return judge(program, { file, version: written, title: options.title, install })
  if (!asked) return { state: 'ready', version: 'unknown', file, notes: [program.signIn] }
  const command = commandOf(file, options.node)
  const child = place.box.spawn({ file: command.file, args: [...command.args, ...program.versionArgs], cwd: '/', env: place.env })
  child.stdin.end()
  const [output, problem, status] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  const version = /\d+\.\d+\.\d+/.exec(output)?.[0] ?? /\d+\.\d+\.\d+/.exec(problem)?.[0]
  if (status.code !== 0 || version === undefined) {
    return { state: 'broken', reason: `${file} does not run: ${status.startError ?? (problem.trim().slice(0, 300) || `exit ${status.signal ?? status.code}`)}`, fix: install }
  }
  return judge(program, { file, version, title: options.title, install })
}

function judge(program: HarnessProgram, { file, version, title, install }: { file: string; version: string; title: string; install: string }): HarnessReadiness {
  if (isBelow(version, program.minimum)) return { state: 'too-old', version, reason: `${title} ${version} is older than ${program.minimum}, the oldest that works.`, fix: install }
  const notes = program.version === '' ? ['No version of it has been tested.'] : isBelow(version, program.below) ? [] : [`${version} is newer than the tested ${program.version}. If it misbehaves: ${install}`]
  return { state: 'ready', version, file, notes: [...notes, program.signIn] }
}

function find(program: HarnessProgram, { path, installDir, searchPath }: ProbePlace, id: string): string | undefined {
  if (path !== undefined) return existsSync(path) ? path : undefined
  const installed = program.executables({ os: process.platform, arch: process.arch }).map((file) => join(installDir, id, file))
  if (isAbsolute(program.command)) return existsSync(program.command) ? program.command : undefined
  const folders = program.command === '' ? [] : searchPath.split(delimiter).filter((folder) => folder !== '')
  const onPath = folders.map((folder) => join(folder, program.command))
  return [...installed, ...onPath].find((file) => existsSync(file))
}

function isBelow(version: string, limit: string): boolean {
  const [left, right] = [version, limit].map((each) => each.split('.').map(Number))
  for (let part = 0; part < 3; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
