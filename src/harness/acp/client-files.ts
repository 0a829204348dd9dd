import { resolve } from 'node:path'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import { count, type JsonRecord, text } from '../json-program.ts'
import { readAction, writeAction } from '../tool-actions.ts'
import { createWorkspaceFiles, type WorkspaceFiles } from '../workspace-files.ts'
import type { AcpCalls } from './acp-calls.ts'
import { RpcRefusal } from '../json-rpc.ts'

const notFound = -32_002
const invalid = -32_602

/**
 * Files that the program reads and writes through us: `fs/read_text_file`, `fs/write_text_file`. Each passes the gate, under
 * the call it belongs to where one is open that names exactly this file (and, for a write, this content), else as a call of
 * its own. Nothing outside the work folder is reached, also not through links.
 */
export class ClientFiles {
  readonly #context: HarnessContext
  readonly #calls: AcpCalls
  readonly #files: WorkspaceFiles

  constructor(context: HarnessContext, calls: AcpCalls) {
    this.#context = context
    this.#calls = calls
    this.#files = createWorkspaceFiles(context.workspace)
  }

  /** @throws {RpcRefusal} with a sentence for the model. */
  async read(params: JsonRecord): Promise<object> {
    const path = pathOf(params)
    const content = await this.#gated(path, undefined, () => this.#files.read(path))
    const line = count(params['line'])
    const limit = count(params['limit'])
    if (line === 0 && limit === 0) return { content }
    const from = Math.max(0, line - 1)
    return { content: content.split('\n').slice(from, limit === 0 ? undefined : from + limit).join('\n') }
  }

  async write(params: JsonRecord): Promise<object> {
    const path = pathOf(params)
    const content = text(params['content'])
    await this.#gated(path, content, () => this.#files.write(path, content))
    return {}
  }

  async #gated(path: string, content: string | undefined, run: () => Promise<string>): Promise<string> {
    const place = resolve(this.#context.workspace, path)
    const writes = content !== undefined
    if (this.#calls.covers(place, content)) return run().catch(refuse)
    const call = {
      tool: writes ? 'fs/write_text_file' : 'fs/read_text_file', title: `${writes ? 'write' : 'read'} ${path}`, input: writes ? { path, content } : { path },
      actions: [writes ? writeAction(path, Buffer.byteLength(content)) : readAction(path)],
    }
    const { verdict, done } = await this.#calls.askForFile(place, writes, call)
    if (verdict.type === 'deny') {
      done('denied', verdict.reason)
      throw new RpcRefusal(invalid, `Refused: ${verdict.reason}`)
    }
    try {
      const result = await run()
      done('ok', writes ? result : `read ${Buffer.byteLength(result)} bytes`)
      return result
    } catch (error) {
      done('error', error instanceof Error ? error.message : String(error))
      return refuse(error)
    }
  }
}

function pathOf(params: JsonRecord): string {
  const path = text(params['path'])
  if (path === '') throw new RpcRefusal(invalid, 'The path is missing.')
  return path
}

/** A file that is not there has a code of its own: programs ask before they make one. */
function refuse(error: unknown): never {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
  throw new RpcRefusal(missing ? notFound : invalid, missing ? 'Resource not found: No such file' : error instanceof Error ? error.message : 'failed')
}
