import { posix } from 'node:path'
import type { Arg } from '../arg.ts'
import { type Call, type Effect, knownOr, opaque } from '../call.ts'

export interface PackageScript {
  /** Where the search for `package.json` starts, upwards. */
  readonly start: string | undefined
  readonly name: string
  readonly args: readonly Arg[]
  /** A name that is no script is a program. */
  readonly orProgram: boolean
}

/** A script of the nearest `package.json`, with those before and after it. @see npm-run-script(1) */
export function packageScript(call: Call, { start, name, args, orProgram }: PackageScript): readonly Effect[] {
  if (start === undefined || call.elsewhere) return [opaque(`the script ${name} is only known at run time`)]
  for (let folder = start; ; folder = posix.dirname(folder)) {
    const path = posix.join(folder, 'package.json')
    const found = call.file(path)
    if (found === 'asked') return []
    if ('text' in found) return fromText(found.text, { path, folder, name, args, orProgram, word: call.words[0] })
    if (found.absent !== 'missing') return [opaque(`${path} cannot be read: ${found.absent}`)]
    if (folder === '/') return orProgram ? [{ type: 'run', words: [wordOf(name), ...args], where: { input: true } }] : [opaque(`no package.json with the script ${name} is found`)]
  }
}

interface Found { readonly path: string; readonly folder: string; readonly name: string; readonly args: readonly Arg[]; readonly orProgram: boolean; readonly word: Arg | undefined }

function fromText(text: string, { path, folder, name, args, orProgram }: Found): readonly Effect[] {
  const scripts = scriptsOf(text)
  if (scripts === undefined) return [opaque(`${path} is not understood`)]
  const main = scripts.get(name)
  if (main === undefined) return orProgram ? [{ type: 'run', words: [wordOf(name), ...args], where: { input: true } }] : name === 'start' ? [] : [opaque(`${path} has no script ${name}`)]
  const where = { cwd: { path: folder }, input: true } as const
  return [`pre${name}`, name, `post${name}`].flatMap((key): readonly Effect[] => {
    const line = scripts.get(key)
    if (line === undefined) return []
    return [key === name && args.length > 0 ? { type: 'script', text: `${line} "$@"`, positional: args, where } : { type: 'script', text: line, where }]
  })
}

const wordOf = (name: string): Arg => ({ text: name, prefix: name, many: false, source: name })

function scriptsOf(text: string): ReadonlyMap<string, string> | undefined {
  const value = knownOr(() => JSON.parse(text) as unknown) // JSON.parse gives anything: it is looked at below
  if (typeof value !== 'object' || value === null) return undefined
  const scripts: unknown = 'scripts' in value ? value.scripts : {}
  if (typeof scripts !== 'object' || scripts === null) return undefined
  return new Map(Object.entries(scripts).flatMap(([key, line]: [string, unknown]) => (typeof line === 'string' ? [[key, line] as const] : [])))
}
