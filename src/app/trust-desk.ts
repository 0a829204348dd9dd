import { createHash } from 'node:crypto'
import { hashJson } from '../base/hash-json.ts'
import type { TrustDesk, TrustSubject } from '../server/server-deps.ts'
import { pinnedAsks } from '../spec/agent/pinned-asks.ts'
import { AppError } from '../spec/app-error.ts'
import type { Clock } from '../spec/ports/clock.ts'
import type { ProjectParts } from '../spec/trust/project-parts.ts'
import { compareAsks, type TrustAnswer, trustAsk, type TrustAsk, type TrustCard } from '../spec/trust/trust-card.ts'
import type { TrustRecord, TrustStore } from './trust-store.ts'

export interface TrustDeskOptions {
  readonly store: TrustStore
  readonly clock: Clock
  /** Hashes of the agents that are trusted by where they lie. */
  trustedHashes(): Promise<ReadonlySet<string>>
  /** What a work folder would have programs run by themselves. */
  projectParts(folder: string): Promise<ProjectParts | undefined>
  report(problem: string, cause: unknown): void
}

/**
 * An agent asks, a person grants. A session runs what asks for more than its workspace only with a record of its own on this machine,
 * never because of what a log or a file says.
 */
export function createTrustDesk({ store, clock, trustedHashes, projectParts, report }: TrustDeskOptions): TrustDesk {
  const recordOf = ({ hash, name, asks }: TrustCard): TrustRecord => ({ version: 1, hash, name, trustedAt: clock.now(), asks })
  /** The card with what changed since the last one of that name. */
  const withChanges = async (card: TrustCard): Promise<TrustCard> => {
    const before = (await store.list()).find(({ name }) => name === card.name)
    return before === undefined ? card : { ...card, changes: { trustedAt: before.trustedAt, ...compareAsks(before.asks, card.asks) } }
  }
  const missing = async (subject: TrustSubject, card = agentCard(subject)): Promise<TrustCard | undefined> => {
    if (card.asks.length === 0 || covers(store.granted(subject.session), card)) return undefined
    if (!covers(store.remembered(card.hash), card) && !(await trustedHashes()).has(card.hash)) return withChanges(card)
    await store.grant(subject.session, recordOf(card))
    return undefined
  }
  const missingProject = async ({ session, workspace }: TrustSubject): Promise<TrustCard | undefined> => {
    const found = workspace.path === '' ? undefined : await projectParts(workspace.path)
    if (found === undefined) return undefined
    const card: TrustCard = { hash: sha256(found.content), name: workspace.path, asks: [...found.asks], optional: true }
    if (covers(store.grantedProject(session), card)) return undefined
    if (!covers(store.remembered(card.hash), card)) return withChanges(card)
    await store.grantProject(session, recordOf(card))
    return undefined
  }
  const guarded = <Answer>(session: string, read: () => Answer): Answer | undefined => {
    try {
      return read()
    } catch (error) {
      report(`reading what is trusted for ${session}`, error)
      return undefined
    }
  }
  const admit = async (subject: TrustSubject, answer: TrustAnswer | undefined, { ask, project }: { ask: boolean; project: TrustCard | undefined }): Promise<readonly string[]> => {
    const asked = agentCard(subject)
    const agent = await missing(subject, asked)
    const both = agent === undefined || project === undefined ? undefined : joined(agent, project)
    const said = answer?.hash
    if (said !== undefined && ![asked.hash, project?.hash, both?.hash].includes(said)) throw untrusted(agent ?? asked, answer)
    const isYesTo = (card: TrustCard): boolean => said !== undefined && (said === card.hash || said === both?.hash)
    if (agent !== undefined && !isYesTo(agent)) throw untrusted((ask ? both : undefined) ?? agent, undefined)
    const allowed = project !== undefined && isYesTo(project)
    // Whoever answers has seen the card.
    if (project !== undefined && !allowed && ask && said === undefined) throw untrusted(project, undefined)
    if (agent !== undefined) await store.grant(subject.session, recordOf(agent))
    if (allowed) await store.grantProject(subject.session, recordOf(project))
    for (const card of answer?.remember === true ? [agent, allowed ? project : undefined] : []) if (card !== undefined) await store.remember(recordOf(card))
    return project === undefined || allowed ? [] : [leftOut(project)]
  }
  return {
    trusts(subject) {
      const card = agentCard(subject)
      return card.asks.length === 0 || guarded(subject.session, () => covers(store.granted(subject.session), card)) === true
    },
    trustedProject: (session) => guarded(session, () => store.grantedProject(session)?.hash),
    missing: (subject) => missing(subject),
    answer: async (subject, answer) => void (await admit(subject, answer, { ask: false, project: undefined })),
    admit: async (subject, answer, ask) => admit(subject, answer, { ask, project: await missingProject(subject) }),
    async inherit(from, to) {
      const [agent, project] = [store.granted(from), store.grantedProject(from)]
      if (agent !== undefined) await store.grant(to, agent)
      if (project !== undefined) await store.grantProject(to, project)
    },
    forget: (session) => store.forget(session),
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function agentCard({ agent, workspace }: TrustSubject): TrustCard {
  // Counted here: what a log says its hash is may be anything.
  const hash = hashJson(agent.spec)
  return { hash, name: agent.name, asks: pinnedAsks(agent.spec, workspace.path === '' ? undefined : workspace.path).map(trustAsk), optional: false }
}

/** One card for both, with one hash. */
function joined(agent: TrustCard, project: TrustCard): TrustCard {
  return { ...agent, hash: sha256(agent.hash + project.hash), asks: [...agent.asks, ...project.asks] }
}

/** A record holds for this very content, and for nothing that was not on its card. */
export function covers(record: TrustRecord | undefined, card: Pick<TrustCard, 'hash'> & { readonly asks: readonly TrustAsk[] }): boolean {
  return record?.hash === card.hash && compareAsks(record.asks, card.asks).added.length === 0
}

function leftOut({ asks, hash }: TrustCard): string {
  const files = [...new Set(asks.map(({ field }) => field))]
  return `The project has hooks, servers or extensions of its own (${files.join(', ')}): they do not run here. A new session asks in the page and in a terminal; else: omni run … --trust ${hash}`
}

function untrusted(card: TrustCard, answer: TrustAnswer | undefined): AppError {
  if (answer !== undefined) return new AppError('untrusted', `The hash that was given, ${answer.hash}, is not this agent’s: its hash is ${card.hash}. Look at what it asks for first: omni agent explain FILE`, { details: card })
  const asks = card.asks.map(({ field, reason }) => `${field} (${reason})`).join('; ')
  const what = card.optional ? 'The project would run programs of its own' : 'A person must trust this agent first: it asks for more than its workspace'
  return new AppError('untrusted', `${what}: ${asks}. The hash is ${card.hash}.`, { details: card })
}
