import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, readFile, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { placeFile } from '../base/folder-files.ts'
import type { ReadConversation } from '../spec/earlier-conversation.ts'
import { broughtAlong, broughtMeta, type ConversationFile, type ConversationPlace } from '../spec/ports/earlier-conversations.ts'
import type { HarnessAdapter } from '../spec/ports/harness.ts'
import type { HostConversations } from '../spec/ports/host-link.ts'
import { boundConversation, conversationTitle } from './bound-conversation.ts'
import type { HostOptions } from './host-options.ts'
import type { ProgramShelf } from './program-shelf.ts'
import { programSettings } from './program-settings.ts'
import { sessionHome } from './session-folder.ts'
import { failedBy, TurnFailure } from './turn-failure.ts'

/** What people said to the programs here by hand, and which sessions go on with which conversation. */
export class ConversationShelf {
  readonly #options: HostOptions
  readonly #programs: ProgramShelf

  constructor(options: HostOptions, programs: ProgramShelf) {
    this.#options = options
    this.#programs = programs
  }

  /** Of every harness whose records can be read. One that can not be read now says so, and hides no other. */
  async list(workspace: string): Promise<HostConversations[]> {
    const folder = await realpath(workspace).catch(() => undefined)
    if (folder === undefined) throw new TurnFailure(`The folder ${workspace} is not there.`, 'Name one that is.')
    const reads = this.#options.adapters.filter(({ earlier }) => earlier !== undefined)
    return Promise.all(reads.map((adapter) => this.#listOf(adapter, folder).catch((error: unknown) => ({ ...named(adapter), conversations: [], problem: failedBy(error).reason ?? 'Its records can not be read.' }))))
  }

  /** @throws {TurnFailure} when there is no such conversation, or it can not be gone on with. */
  async read({ workspace, harness, conversation, session }: { readonly workspace: string; readonly harness: string; readonly conversation: string; readonly session: string }): Promise<ReadConversation> {
    const adapter = this.#programs.adapter(harness)
    const folder = await realpath(workspace).catch(() => workspace)
    const { earlier } = adapter
    if (earlier === undefined) throw new TurnFailure(`${adapter.title} has no conversations that can be read.`, 'Start a new session.')
    const place = await this.#placeOf(adapter, folder)
    const found = (await earlier.list(place)).find(({ id }) => id === conversation)
    const record = found === undefined ? undefined : await earlier.read(place, conversation)
    if (found === undefined || record === undefined) throw new TurnFailure(`${adapter.title} has no conversation ${conversation} in this folder.`, 'List them again: one may have been deleted.')
    await this.claim(found.token, session)
    const lies = await earlier.find(place, conversation)
    if (lies !== undefined) await this.#bring(adapter.id, session, { ...lies, token: found.token })
    const { parts, leftOut } = boundConversation(record)
    return { token: found.token, title: conversationTitle(found.title), parts: [...parts], ...(leftOut === undefined ? {} : { leftOut }) }
  }

  /** `session` goes on with this conversation of the program: it is in the list of sessions, and so no earlier one. */
  async claim(token: string, session: string): Promise<void> {
    await mkdir(this.#folder(), { recursive: true, mode: 0o700 })
    await writeFile(this.#claimOf(token), session, { mode: 0o600 })
  }

  async #listOf(adapter: HarnessAdapter, folder: string): Promise<HostConversations> {
    const place = await this.#placeOf(adapter, folder)
    const conversations = await Promise.all(((await adapter.earlier?.list(place)) ?? []).map(async ({ id, token, title, updatedAt, turns }) => {
      const session = await readFile(this.#claimOf(token), 'utf8').catch(() => undefined)
      return { id, title: conversationTitle(title), updatedAt, ...(turns === undefined ? {} : { turns }), ...(session === undefined ? {} : { session }) }
    }))
    return { ...named(adapter), conversations }
  }

  /** A program with a folder of its own (in a box, or at a gateway) finds it there. */
  async #bring(harness: string, session: string, { file, within, token }: ConversationFile & { readonly token: string }): Promise<void> {
    const home = sessionHome(this.#options, session)
    await mkdir(home, { recursive: true, mode: 0o700 })
    await using record = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW)
    await placeFile(home, broughtAlong(harness), await record.readFile())
    await placeFile(home, broughtMeta(harness), JSON.stringify({ token, within }))
  }

  async #placeOf(adapter: HarnessAdapter, workspace: string): Promise<ConversationPlace> {
    return { env: (await programSettings(adapter, this.#options)).env, workspace }
  }

  #folder(): string {
    return join(this.#options.homeDir, 'conversations')
  }

  /** By the token alone: two harnesses can drive one program. */
  #claimOf(token: string): string {
    return join(this.#folder(), createHash('sha256').update(token).digest('hex'))
  }
}

const named = ({ id, title }: HarnessAdapter) => ({ harness: id, title })
