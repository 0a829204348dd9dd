import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '../../client/create-client.ts'
import { replayExports } from '../../app/policy-tools/replay-exports.ts'
import { readPolicyFile } from '../../app/read-policy-file.ts'
import { AppError } from '../../spec/app-error.ts'
import { type CommandContext, type ExitCode, exitCode } from '../command.ts'
import { saveExport } from '../fetch-export.ts'
import { openClient, readSessionRef } from '../open-client.ts'
import { readLevel } from '../read-level.ts'
import { replayText } from '../replay-text.ts'

interface Options {
  readonly with?: string
  readonly level?: string
  readonly replace?: boolean
  readonly json?: boolean
  /** `true`: all of them. */
  readonly sessions?: readonly string[] | true
}

/** Decides what sessions recorded once more, with other policies, and says what would have been different. Exported ones need no server. */
export async function run(context: CommandContext, files: readonly string[], options: Options): Promise<ExitCode> {
  if (options.with === undefined) throw new AppError('invalid', 'Say which policies to try: --with FILE')
  const level = readLevel(options.level ?? 'server')
  const { policies } = await readPolicyFile(context.config, options.with, level)
  if (files.length === 0 && options.sessions === undefined) throw new AppError('invalid', 'Say what to replay: files that omni export wrote, or --sessions')
  const report = await replayExports(context.config, exportsOf(context, files, options.sessions), { level, policies, how: options.replace === true ? 'replace' : 'add' })
  context.print(options.json === true ? `${JSON.stringify(report)}\n` : replayText(report))
  return exitCode.ok
}

/** The files, then sessions of this server, each tree once, in a file that is there until the next one is asked for. */
async function* exportsOf(context: CommandContext, files: readonly string[], wanted: Options['sessions']): AsyncGenerator<string> {
  yield* files
  if (wanted === undefined) return
  const open = await openClient(context)
  const trees = await treesOf(open.client)
  const named = wanted === true ? [...trees.keys()] : wanted.map(readSessionRef)
  const folder = await mkdtemp(join(tmpdir(), 'omni-replay-'))
  try {
    // A session that is not listed is named by the export's own refusal.
    for (const tree of new Set(named.map((session) => trees.get(session) ?? session))) {
      const file = join(folder, `${tree}.jsonl`)
      await saveExport(open, tree, file)
      yield file
      await rm(file)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The tree of every session. */
async function treesOf(client: Client): Promise<Map<string, string>> {
  const trees = new Map<string, string>()
  for (const archived of [false, true]) {
    let cursor: string | undefined
    do {
      const page = await client.listSessions({ limit: 200, archived, ...(cursor === undefined ? {} : { cursor }) })
      for (const { session, tree } of page.sessions) trees.set(session, tree)
      cursor = page.next
    } while (cursor !== undefined)
  }
  return trees
}
