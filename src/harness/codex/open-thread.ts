import { join } from 'node:path'
import { copyPlaced } from '../../base/folder-files.ts'
import { own } from '../../base/own.ts'
import type { Billing } from '../../spec/events/turn-data.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import { type JsonRecord, record, recordGone, text } from '../json-program.ts'
import type { JsonRpc } from '../json-rpc.ts'
import { ownsSetUp } from '../own-set-up.ts'
import { isAccountInBox } from './login-in-box.ts'
import { privateHome, threadSettings } from './settings.ts'

export interface CodexThread {
  readonly id: string
  readonly model: string
  /** Who pays for its calls, where it says so. */
  readonly billing?: Billing
}

/** Greets the program and opens the conversation: a new one, an earlier one, or a branch of another session's. @throws {AppError} 'unavailable' with its words. */
export async function openThread(rpc: JsonRpc, context: HarnessContext, { apiKey, gone }: { readonly apiKey: string | undefined; gone(): boolean }): Promise<CodexThread> {
  await rpc.request('initialize', { clientInfo: { name: 'omnigent', title: 'Omnigent', version: '1' }, capabilities: { experimentalApi: true } })
  rpc.notify('initialized', {})
  if (apiKey !== undefined) await rpc.request('account/login/start', { type: 'apiKey', apiKey })
  // In a box an account is a key to the program.
  const billing = context.route === undefined && isAccountInBox(context.login) ? 'plan' : await readBilling(rpc)
  const opened = await open(rpc, context, gone)
  return { id: text(record(opened['thread'])['id']), model: text(opened['model']), ...(billing === undefined ? {} : { billing }) }
}

/** An account of the vendor's chat pays with its plan, a key by the call. A program that can not say it does not. */
async function readBilling(rpc: JsonRpc): Promise<Billing | undefined> {
  const { account, requiresOpenaiAuth } = await rpc.request('account/read', { refreshToken: false }).catch((): JsonRecord => ({}))
  const kinds: Readonly<Record<string, Billing>> = { chatgpt: 'plan', apiKey: 'metered' }
  // Another service than the vendor's has a key of its own.
  return requiresOpenaiAuth === true ? own(kinds, text(record(account)['type'])) : undefined
}

async function open(rpc: JsonRpc, context: HarnessContext, gone: () => boolean): Promise<JsonRecord> {
  const { config } = await rpc.request('config/read', { includeLayers: false })
  const settings = threadSettings(context, Object.keys(record(record(config)['mcp_servers'])))
  const { resume, forkOf } = context
  if (forkOf !== undefined) return rpc.request('thread/fork', { threadId: forkOf.token, excludeTurns: true, ...settings })
  if (resume === undefined) return rpc.request('thread/start', settings)
  return rpc.request('thread/resume', { threadId: resume, ...settings }).catch((error: unknown) => {
    // What fails while the program lives is that it has no such thread.
    if (gone()) throw error
    context.emit({ type: 'resume.lost' })
    throw recordGone('Codex')
  })
}

/**
 * A branch names the record that it leaves from, it does not hold it: all records of the other session are copied, those
 * that it was branched from itself included. In the user's own home they are at hand.
 */
export async function copyRecords(context: HarnessContext): Promise<void> {
  const { forkOf, home } = context
  if (forkOf === undefined || !ownsSetUp(context)) return
  await copyPlaced([forkOf.home, join(privateHome(forkOf.home), 'sessions')], [home, join(privateHome(home), 'sessions')])
}
