import type { Outcome } from '../../spec/events/turn-data.ts'
import type { IndexRow } from '../../spec/view/index-row.ts'
import { type SessionView, statusOf } from '../../spec/view/session-view.ts'

export interface StatusWord {
  readonly word: string
  /** `ask`: a person is needed. `rest`: nothing happens and nothing is wrong. */
  readonly tone: 'live' | 'ask' | 'bad' | 'good' | 'rest'
}

const waiting: Readonly<Record<string, StatusWord>> = {
  approval: { word: 'needs you', tone: 'ask' },
  host: { word: 'waiting for host', tone: 'ask' },
  quota: { word: 'at a limit', tone: 'ask' },
  budget: { word: 'waiting for budget', tone: 'live' },
  children: { word: 'waiting for agents', tone: 'live' },
}
const outcomes: Readonly<Record<Outcome, StatusWord>> = {
  completed: { word: 'done', tone: 'good' }, failed: { word: 'failed', tone: 'bad' }, interrupted: { word: 'stopped', tone: 'rest' },
}

/** The page's words for a session's state: a mapping of status, what it waits for and the last outcome. */
export function wordOfRow(row: Pick<IndexRow, 'status' | 'waitingFor' | 'lastOutcome'>): StatusWord {
  switch (row.status) {
    case 'archived': return { word: 'archived', tone: 'rest' }
    case 'running': return { word: 'running', tone: 'live' }
    case 'waiting': return waiting[row.waitingFor ?? ''] ?? { word: 'waiting', tone: 'ask' }
    case 'lost': return { word: 'lost', tone: 'bad' }
    case 'idle': return row.lastOutcome === undefined ? { word: 'ready', tone: 'rest' } : outcomes[row.lastOutcome]
  }
}

export function wordOfView(view: SessionView): StatusWord {
  if (view.turn?.stopping === true) return { word: 'stopping', tone: 'live' }
  const { status, waitingFor } = statusOf(view)
  return wordOfRow({ status, waitingFor, lastOutcome: view.lastOutcome?.outcome })
}
