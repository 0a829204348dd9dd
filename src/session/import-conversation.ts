import { AppError } from '../spec/app-error.ts'
import type { CreateSession } from '../spec/api/http.ts'
import type { ConversationList, ConversationPart, ReadConversation } from '../spec/earlier-conversation.ts'
import type { EventData } from '../spec/events/session-event.ts'
import type { BlobStore, SessionStore } from '../spec/ports/session-store.ts'
import type { HostHub } from './host-hub.ts'
import type { StoreText } from './record-signal.ts'
import { storeTexts } from './store-texts.ts'
import type { Transaction } from './transaction.ts'

interface Places {
  readonly hub: Pick<HostHub, 'conversations' | 'conversation'>
  readonly store: Pick<SessionStore, 'treeOf'>
  readonly blobs: BlobStore
}

/** An earlier conversation as it is to be recorded. */
export interface Import extends ReadConversation {
  readonly harness: string
  /** The program's name, for people. */
  readonly from: string
  readonly stored: StoreText
}

/** Conversations had by hand in a folder, without those that a session goes on with: they are in the list of sessions. */
export async function earlierConversations({ hub, store }: Pick<Places, 'hub' | 'store'>, workspace: string): Promise<ConversationList[]> {
  const lists = await hub.conversations(workspace)
  return Promise.all(lists.map(async ({ conversations, ...list }) => {
    const free = await Promise.all(conversations.map(async ({ session, ...each }) => (session !== undefined && (await store.treeOf(session)) !== undefined ? [] : [each])))
    return { ...list, conversations: free.flat() }
  }))
}

/** Reads one for a new session. @throws {AppError} 'not_found', 'conflict' when a session goes on with it, 'unavailable' with the reason. */
export async function readImport({ hub, store, blobs }: Places, session: string, { harness, id }: NonNullable<CreateSession['continues']>, workspace: string): Promise<Import> {
  const list = (await hub.conversations(workspace)).find((each) => each.harness === harness)
  const found = list?.conversations.find((each) => each.id === id)
  if (list === undefined || found === undefined) throw new AppError('not_found', list?.problem ?? `${list?.title ?? harness} has no conversation ${id} in ${workspace}. List what there is: omni run --continue`)
  if (found.session !== undefined && found.session !== session && (await store.treeOf(found.session)) !== undefined) {
    throw new AppError('conflict', `The session ${found.session} goes on with it already: omni run --resume ${found.session}`, { details: { session: found.session } })
  }
  const read = await hub.conversation({ workspace, harness, conversation: id, session })
  return { ...read, harness, from: list.title, stored: await storeTexts(blobs, read.parts.flatMap(textsOf)) }
}

/** Its parts, then the point from which on the session is its own. No call is proposed, nothing is decided, nothing is paid. */
export function recordImport(tx: Transaction, session: string, { parts, stored, token, ...data }: Import): void {
  const agent = { kind: 'agent', id: data.harness } as const
  for (const part of parts) {
    const kept = storedPart(part, stored)
    if (kept.kind !== 'prompt') for (const text of kept.kind === 'tool' ? [kept.input, kept.output] : [kept.text]) tx.uses(text)
    tx.emit(session, 'part.imported', { part: kept }, part.kind === 'prompt' ? {} : { by: agent })
  }
  const { harness, from, title, leftOut } = data
  tx.emit(session, 'conversation.imported', {
    harness, from, title: title === '' ? `Earlier conversation with ${from}` : title, turns: parts.filter(({ kind }) => kind === 'prompt').length, resume: token, ...(leftOut === undefined ? {} : { leftOut }),
  })
}

function storedPart(part: ConversationPart, stored: StoreText): EventData<'part.imported'>['part'] {
  switch (part.kind) {
    case 'prompt': return part
    case 'message': return { ...part, text: stored(part.text) }
    case 'tool': return { ...part, input: stored(part.input), output: stored(part.output) }
  }
}

function textsOf(part: ConversationPart): string[] {
  switch (part.kind) {
    case 'prompt': return []
    case 'message': return [part.text]
    case 'tool': return [part.input, part.output]
  }
}
