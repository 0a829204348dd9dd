import { basename, dirname, isAbsolute, join, normalize, relative } from 'node:path/posix'
import { isInside } from '../../base/is-inside.ts'
import { AppError } from '../app-error.ts'
import { decodeText } from '../yaml/decode-text.ts'
import { suggestion } from '../yaml/did-you-mean.ts'
import { type Problem, problemAt, quote, quoteWhole } from '../yaml/problem.ts'
import { placeAt, placeOfFile, type Place, type SourceText } from '../yaml/source-text.ts'
import type { Path, YamlNode } from '../yaml/yaml-node.ts'
import type { AgentFile } from './agent-file.ts'
import type { AgentSpec } from './agent-spec.ts'
import type { AgentFileKind } from './foreign/detect-kind.ts'
import type { LoadRequest } from './load-request.ts'
import type { ParamScope, ParamSpec } from './read-params.ts'

/** No agent is made of more agents, sub-agents of sub-agents included. */
export const maxAgents = 100

/** UTF-8 bytes of all files of one load together; every file of 256 KiB may take a second to refuse. */
const maxTotalBytes = 2 * 1024 * 1024

/** State of one load; made anew for each. */
export interface Load {
  readonly request: LoadRequest
  readonly problems: Problem[]
  readonly warnings: Problem[]
  readonly openParams: ParamSpec[]
  /** Folders whose files may be read; `request.folders` says why there are others than the agent's own. */
  readonly folders: readonly string[]
  /** Each path is read once, however often it is named. */
  readonly contents: Map<string, Promise<ReadFile>>
  agents: number
  /** Read so far; a file that is named twice counts twice, because it is parsed twice. */
  bytes: number
}

type ReadFile = { readonly content: Uint8Array | string } | { readonly refused: string } | undefined

/** One agent as it stands in its file, with everything its fields point to. */
export interface AgentPart {
  readonly source: SourceText
  /** How the file is written; `node` is native in any case. */
  readonly kind: AgentFileKind
  /** The agent's own map, parameters expanded. */
  readonly node: YamlNode
  /** Its path in the file: empty for a file's own agent. */
  readonly at: Path
  /** The folder its references start from. */
  readonly folder: string
  readonly scope: ParamScope
  /** The typed value; undefined when the file has problems. */
  readonly file: AgentFile | undefined
  readonly prompt?: { readonly text: string; readonly place: Place }
  readonly skills: AgentSpec['skills']
  /** By the text in the file: `./tool.ts#name`. */
  readonly functions: ReadonlyMap<string, { readonly file: string; readonly export: string; readonly sha256: string }>
  readonly children: readonly AgentPart[]
}

/** Where a reference stands. */
export interface Reference {
  readonly source: SourceText
  readonly node: YamlNode
}

/** The path a reference means, by text alone; undefined when it can mean none or may not be read, which is reported. */
export function resolvePath(load: Load, folder: string, text: string, reference: Reference): string | undefined {
  if (text.startsWith('~')) {
    report(load, reference, 'reference', [`${quote(text)} starts with ~, which is not expanded here`, 'write a path relative to this file, or an absolute one'])
    return undefined
  }
  const path = normalize(isAbsolute(text) ? text : join(folder, text)).replace(/(?<=.)\/$/, '')
  if (load.folders.some((folder) => isInside(folder, path))) return path
  // Not even read: its content would go to a model, and its lines into messages.
  report(load, reference, 'unavailable', [`${quotePath(load, path)} is outside the agent's folder and the workspace; reading it is not available yet`, 'move it beside the agent file'])
  return undefined
}

/** A path for a message: from the root agent's folder where it is inside, so that it reads the same wherever that folder is. */
export function quotePath(load: Load, path: string): string {
  const home = load.folders[0]
  const named = home !== undefined && path !== home && isInside(home, path) ? relative(home, path) : path
  // Of a long path the end says which file it is.
  return quoteWhole(named.length > 160 ? `…${named.slice(-159)}` : named)
}

/** Reads a file that must be there. What is wrong with it is reported at the reference, or in the file itself. */
export async function readText(load: Load, path: string, reference: Reference | undefined): Promise<SourceText | undefined> {
  const read = await readOnce(load, path)
  if (read === undefined) {
    const message = `there is no file ${quotePath(load, path)}`
    const hint = await similarName(load, path)
    if (reference === undefined) load.problems.push(problemAt(placeOfFile(path), 'reference', message, hint))
    else report(load, reference, 'reference', [message, hint])
    return undefined
  }
  if ('refused' in read) {
    if (reference === undefined) load.problems.push(problemAt(placeOfFile(path), 'reference', read.refused))
    else report(load, reference, 'reference', [read.refused])
    return undefined
  }
  const before = load.bytes
  load.bytes += read.content.length
  if (load.bytes > maxTotalBytes) {
    const at = reference === undefined ? placeOfFile(path) : placeAt(reference.source, ...reference.node.range)
    if (before <= maxTotalBytes) load.problems.push(problemAt(at, 'limit', `the files of this agent have more than ${maxTotalBytes} bytes together`))
    return undefined
  }
  const decoded = decodeText(path, read.content)
  load.problems.push(...decoded.problems)
  return decoded.source
}

export async function fileExists(load: Load, path: string): Promise<boolean> {
  return (await readOnce(load, path)) !== undefined
}

export function report(load: Load, { source, node }: Reference, code: Problem['code'], [message, hint]: readonly [string, (string | undefined)?]): void {
  load.problems.push(problemAt(placeAt(source, ...node.range), code, message, hint))
}

export function warn(load: Load, { source, node }: Reference, code: Problem['code'], [message, hint]: readonly [string, (string | undefined)?]): void {
  load.warnings.push(problemAt(placeAt(source, ...node.range), code, message, hint))
}

export async function similarName(load: Load, path: string): Promise<string | undefined> {
  const names = (await load.request.readDir?.(dirname(path))) ?? []
  if (names.includes(basename(path))) return 'it is a folder, or not a plain file'
  return suggestion(basename(path), names.slice(0, 500))
}

function readOnce(load: Load, path: string): Promise<ReadFile> {
  const known = load.contents.get(path)
  if (known !== undefined) return known
  const reading = load.request.readFile(path).then(
    (content) => (content === undefined ? undefined : { content }),
    (error: unknown) => {
      if (error instanceof AppError) return { refused: error.message }
      throw error
    },
  )
  load.contents.set(path, reading)
  return reading
}
