import type { EventData } from '../events/session-event.ts'

/** A person's standing yes for all sessions of one work folder, as `grant.made` has it. */
export type ProjectGrant = Pick<EventData<'grant.made'>, 'grant' | 'rule' | 'hash' | 'kind' | 'pattern'>

/** What was allowed for projects on this server. A session's log names what holds in it before the first decision that could rest on it. */
export interface ProjectGrants {
  /** @param folder absolute path of the work folder, as the session names it */
  of(folder: string): readonly ProjectGrant[]
  /** In force at once; kept when `saved` resolves. */
  add(folder: string, grant: ProjectGrant): void
  /** Gone for every session at once; for good when `saved` resolves. */
  remove(grant: string): void
  /** Resolves when what was added and removed so far is kept. @throws {AppError} 'unavailable' when it can not be */
  saved(): Promise<void>
}
