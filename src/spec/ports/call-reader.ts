import type { Action } from '../actions.ts'

/** Reads what a call does out of what it says: shell lines become their commands, paths become real ones. */
export interface CallReader {
  /** Never rejects: what cannot be read is `opaque`, and a rule that cares fires on it. */
  read(actions: readonly Action[], signal?: AbortSignal): Promise<CallReading>
  /** Which of the things a reading rests on is no longer as it was; undefined when all are. */
  changed(restsOn: CallReading['restsOn'], signal?: AbortSignal): Promise<string | undefined>
  close(): Promise<void>
}

export interface CallReading {
  readonly actions: readonly Action[]
  /** Files and settings that were read, each with the SHA-256 of what was there: part of what a person approves. */
  readonly restsOn: Readonly<Record<string, string>>
}

/** Where a session's calls run. */
export interface ReadingPlace {
  readonly session: string
  /** Absolute. */
  readonly workspace: string
  /** The session's private folder. */
  readonly home: string
  /** The environment that its commands see. */
  readonly env: Readonly<Record<string, string>>
  /** They run in a box with walls: then so does what is run to read them. */
  readonly walled?: boolean
}
