import { useMemo } from 'react'
import { effortLevels } from '../../spec/agent/words.ts'
import type { Client, Order } from '../../client/create-client.ts'
import type { Attachment } from '../../spec/attachment.ts'
import type { Offer } from '../../spec/events/turn-data.ts'
import type { OpenAsk, SessionView } from '../../spec/view/session-view.ts'
import { useData } from './data-context.ts'
import { goTo } from './location.ts'
import { AppError } from '../../spec/app-error.ts'
import type { WithTrust } from '../dialogs/use-trust.tsx'
import type { Messages } from './messages.ts'

/** What a session goes on with; empty: the harness's own. */
export interface SwitchChoice {
  readonly harness: string
  readonly model: string
  readonly effort: '' | (typeof effortLevels)[number]
}

export type SessionActions = ReturnType<typeof sessionActions>

/** Everything a person can order of a session. Each resolves to whether it worked; a failure is shown. */
export function useActions(session: string, withTrust: WithTrust): SessionActions {
  const { client, messages } = useData()
  return useMemo(() => sessionActions(client, messages, { session, withTrust }), [client, messages, session, withTrust])
}

function sessionActions(client: Client, messages: Messages, { session, withTrust }: { readonly session: string; readonly withTrust: WithTrust }) {
  const attempt = async (task: () => Promise<unknown>): Promise<boolean> => {
    try {
      await task()
      return true
    } catch (error) {
      messages.error(error)
      return false
    }
  }
  const order = (command: Order) => attempt(() => trusted(() => client.command(session, command)))
  /** A session from elsewhere asks before its program may start; a no leaves everything as it was. */
  const trusted = async <Result>(task: () => Promise<Result>): Promise<Result> => {
    const done = await withTrust(async (answer) => {
      if (typeof answer === 'object') await client.answerTrust(session, answer)
      return { result: await task() }
    })
    if (done === undefined) throw new AppError('untrusted', 'Nothing was started: the agent is not trusted on this machine.')
    return done.result
  }
  return {
    send: (text: string, attachments: readonly Attachment[] = []) => order({ type: 'turn.start', text, ...(attachments.length === 0 ? {} : { attachments: attachments.map(({ blob, name }) => ({ blob, name })) }) }),
    steer: (text: string) => attempt(async () => {
      const { landing } = await trusted(() => client.command(session, { type: 'turn.steer', text }))
      if (landing === 'next') messages.info('This harness takes it with the next turn.')
    }),
    stop: () => order({ type: 'turn.interrupt' }),
    /** `remembered`: what is allowed from now on, as the person wants it. */
    answer: ({ approval, digest }: Pick<OpenAsk, 'approval' | 'digest'>, answer: 'allow' | 'deny', { comment = '', remembered }: { comment?: string; remembered?: { readonly offers: readonly Offer[]; readonly scope: 'session' | 'project' } } = {}) => order({
      type: 'approval.answer', approval, digest, answer, ...(comment === '' ? {} : { comment }),
      ...(remembered === undefined || answer === 'deny' ? {} : { remember: { scope: remembered.scope, patterns: remembered.offers.map(({ pattern }) => pattern) } }),
    }),
    changeQueued: (prompt: string, text: string) => order({ type: 'queue.change', prompt, text }),
    moveQueued: (prompt: string, before: string | null) => order({ type: 'queue.move', prompt, before }),
    removeQueued: (prompt: string) => order({ type: 'queue.remove', prompt }),
    steerQueued: (prompt: string) => order({ type: 'queue.steer', prompt }),
    runQueue: () => order({ type: 'queue.run' }),
    addPolicies: (text: string) => order({ type: 'policy.add', text }),
    switchPolicy: (name: string, on: boolean) => order({ type: 'policy.switch', name, on }),
    removePolicy: (name: string) => order({ type: 'policy.remove', name }),
    revokeGrant: (grant: string) => order({ type: 'grant.revoke', grant }),
    rename: (title: string) => order({ type: 'session.rename', title }),
    switchTo: ({ harness, model, effort }: SwitchChoice) => order({ type: 'harness.switch', harness, ...(model === '' ? {} : { model }), ...(effort === '' ? {} : { effort }) }),
    setMode: (mode: SessionView['mode']) => order({ type: 'mode.set', mode }),
    /** The plan is taken: plan mode ends, and the agent is told to go ahead. */
    carryOut: () => attempt(async () => {
      await client.command(session, { type: 'mode.set', mode: 'default' })
      await client.command(session, { type: 'turn.start', text: 'The plan is approved. Carry it out.' })
    }),
    archive: (archived: boolean) => attempt(async () => {
      await client.command(session, { type: 'session.archive', archived })
      messages.info(archived ? 'Archived. Show archived sessions in the list to bring it back.' : 'Back in the list.')
    }),
    declareLost: () => order({ type: 'host.declare-lost' }),
    fork: (turn?: string) => attempt(async () => {
      const made = await client.fork(session, turn === undefined ? {} : { turn })
      goTo(made.session)
      messages.info('Forked. The source is untouched.')
    }),
    remove: () => attempt(async () => {
      await client.remove(session)
      goTo(undefined)
      messages.info('Deleted.')
    }),
    exportUrl: () => client.exportUrl(session),
    /** The whole of a text that the log keeps outside, or undefined when it could not be had. */
    blob: async (hash: string): Promise<string | undefined> => {
      let text: string | undefined
      await attempt(async () => {
        text = await client.blob(hash)
      })
      return text
    },
    /** The whole text of a queued prompt: the view only quotes long ones. */
    queuedText: async (prompt: string, seq: number): Promise<string | undefined> => {
      let text: string | undefined
      await attempt(async () => {
        text = await findQueuedText(client, session, { prompt, seq })
      })
      return text
    },
  }
}

async function findQueuedText(client: Client, session: string, { prompt, seq }: { prompt: string; seq: number }): Promise<string | undefined> {
  const pageSize = 500
  for (let after = Math.max(0, seq - pageSize); ; after = Math.max(0, after - pageSize)) {
    const { events } = await client.events(session, { after, limit: pageSize })
    const found = events.findLast((event) => (event.type === 'queue.added' || event.type === 'queue.changed') && hasPrompt(event.data, prompt))
    if (found !== undefined && hasPrompt(found.data, prompt)) return found.data.text
    if (after === 0) return undefined
  }
}

function hasPrompt(data: unknown, prompt: string): data is { prompt: string; text: string } {
  return typeof data === 'object' && data !== null && 'prompt' in data && data.prompt === prompt && 'text' in data && typeof data.text === 'string'
}
