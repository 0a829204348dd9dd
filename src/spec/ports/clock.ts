/** Time and chance are injected, so that tests and replays control both. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Calls `task` once after `delayMs` milliseconds. The returned function cancels it. */
  after(delayMs: number, task: () => void): () => void
}

export type IdKind = 'ses' | 'trn' | 'prm' | 'cmd' | 'apr' | 'hst' | 'epo' | 'box' | 'req' | 'mdl' | 'ctl' | 'rst'

export interface Ids {
  /** A new id, unique for ever, sorted by time within one process: `ses_0199…`. */
  next(kind: IdKind): string
}
