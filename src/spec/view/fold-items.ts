import { advancedText, collectedText, endedText, madeText, postedText, spawnedText } from './child-text.ts'
import type { SessionEvent } from '../events/session-event.ts'
import { importedText } from './imported-text.ts'
import { holdsUp, refusedText } from './request-text.ts'
import { switchedText, switchFailedText } from './switch-text.ts'
import { unseenText } from './unseen-text.ts'
import type { ItemOf, TranscriptItem } from './transcript-item.ts'

/**
 * State of the item fold: only items that can still change. A tool call stays open after its turn has ended, so that a
 * late result still finds it. A request that leaves the box is among them before it is an item, and is never one if
 * policies let it through at once: proposal and decision are one commit, so nobody sees a state between them.
 */
export interface ItemFold {
  /** Open tool calls by `session/call`. */
  readonly tools: Readonly<Record<string, ItemOf<'tool'>>>
  /** Start of each lane's running turn, epoch ms. */
  readonly turnStarts: Readonly<Record<string, number>>
}

export const emptyItemFold: ItemFold = { tools: {}, turnStarts: {} }

/** What one event changes: items to write (by key), and a range to mark as rewound. */
export interface ItemChange {
  readonly fold: ItemFold
  readonly items: readonly TranscriptItem[]
  /** Items of `session` with `after < key < before` leave the conversation. */
  readonly rewound?: { readonly session: string; readonly after: number; readonly before: number }
}

/** Folds one event into transcript items. Shared by server, page and terminal, so they agree by construction. */
export function foldItems(fold: ItemFold, event: SessionEvent): ItemChange {
  const same = (items: readonly TranscriptItem[] = []): ItemChange => ({ fold, items })
  const base = baseOf(event)
  switch (event.type) {
    case 'turn.started':
      return {
        fold: { ...fold, turnStarts: { ...fold.turnStarts, [event.session]: event.at } },
        items: [{ ...base, kind: 'prompt', prompt: event.data.prompt, text: event.data.text, ...(event.data.attachments === undefined ? {} : { attachments: event.data.attachments }) }],
      }
    case 'part.imported': return same([importedItem(event)])
    case 'conversation.imported': return same([notice(event, 'info', importedText(event.data))])
    case 'turn.steered': return same([{ ...base, kind: 'prompt', text: event.data.text, steer: event.data.landing }])
    case 'turn.ended': return endTurn(fold, event)
    case 'message.completed': return same([{ ...base, kind: 'message', ...event.data }])
    case 'tool.proposed': {
      const { request: _request, ...data } = event.data
      return withTool(fold, { ...base, kind: 'tool', ...data, state: 'proposed' })
    }
    case 'policy.decided':
      return changeTool(fold, event, event.data.call, { decision: { verdict: event.data.verdict, rules: event.data.rules } })
    case 'approval.requested':
      return changeTool(fold, event, event.data.call, { state: 'asking', approval: { approval: event.data.approval, digest: event.data.digest } })
    case 'approval.answered': case 'approval.expired': return answerApproval(fold, event)
    case 'tool.released': return changeTool(fold, event, event.data.call, { state: 'running' })
    case 'tool.completed': return completeTool(fold, event)
    case 'session.rewound': return { fold, items: [notice(event, 'info', 'The conversation went back to here.')], rewound: { session: event.session, after: event.data.to, before: event.seq } }
    case 'session.forked': return { fold: emptyItemFold, items: [notice(event, 'info', 'Forked here. What follows is this session’s own.')] }
    case 'host.lost': return same([notice(event, 'warning', `The host is gone: ${event.data.reason}`)])
    case 'harness.limited': return same([notice(event, 'warning', event.data.message)])
    case 'harness.switched': return same([notice(event, 'info', switchedText(event.data))])
    case 'switch.failed': return same([notice(event, 'warning', switchFailedText(event.data))])
    case 'context.compacted': return same([notice(event, 'info', 'The program shortened its context.')])
    case 'mode.changed': return same([notice(event, 'info', event.data.mode === 'plan' ? 'Plan mode: the agent reads and plans, and changes nothing.' : 'Plan mode is over: the agent works again.')])
    case 'net.decided': {
      const refused = refusedText(event.data)
      return same(refused === undefined ? [] : [notice(event, refused.level, refused.text)])
    }
    case 'notice.given': return same([notice(event, event.data.level, event.data.text)])
    case 'checkpoint.failed': return same([notice(event, 'warning', unseenText(event.data.reason))])
    case 'harness.exited': return same([notice(event, 'warning', `The program ended${event.data.detail === '' ? '' : `: ${event.data.detail}`}`)])
    case 'worktree.made': return same([notice(event, 'info', madeText(event.data))])
    case 'worktree.collected': return same(event.data.result.type === 'refused' ? [notice(event, 'warning', collectedText(event.data.result))] : [])
    case 'child.spawned': return same([notice(event, 'info', spawnedText(event.data))])
    case 'inbox.posted': return same([notice(event, event.data.outcome === 'failed' ? 'warning' : 'info', postedText(event.data))])
    case 'debate.advanced': return same([notice(event, 'info', advancedText(event.data))])
    case 'debate.ended': return same([notice(event, 'info', endedText(event.data))])
    case 'unsupported': return same([{ ...base, kind: 'unsupported', ...event.data }])
    default: return same()
  }
}

function baseOf(event: SessionEvent) {
  return { key: event.seq, changed: event.seq, session: event.session, ...(event.turn === undefined ? {} : { turn: event.turn }), at: event.at, by: event.by }
}

function notice(event: SessionEvent, level: ItemOf<'notice'>['level'], text: string): TranscriptItem {
  return { ...baseOf(event), kind: 'notice', level, code: event.type, text }
}

function importedItem(event: Extract<SessionEvent, { type: 'part.imported' }>): TranscriptItem {
  const { at = event.at, ...part } = event.data.part
  const base = { ...baseOf(event), at, imported: true }
  switch (part.kind) {
    case 'prompt': return { ...base, ...part }
    case 'message': return { ...base, ...part, item: `imported-${event.seq}` }
    case 'tool': {
      const { outcome, ...call } = part
      return { ...base, ...call, call: `imported-${event.seq}`, actions: [], gated: false, state: outcome }
    }
  }
}

function endTurn(fold: ItemFold, event: Extract<SessionEvent, { type: 'turn.ended' }>): ItemChange {
  const { [event.session]: startedAt, ...turnStarts } = fold.turnStarts
  const ms = startedAt === undefined ? {} : { ms: event.at - startedAt }
  return { fold: { ...fold, turnStarts }, items: [{ ...baseOf(event), kind: 'end', ...event.data, ...ms }] }
}

function withTool(fold: ItemFold, tool: ItemOf<'tool'>): ItemChange {
  return { fold: { ...fold, tools: { ...fold.tools, [`${tool.session}/${tool.call}`]: tool } }, items: isRow(tool) ? [tool] : [] }
}

function isRow({ gates, decision, approval, state }: ItemOf<'tool'>): boolean {
  return (gates !== 'net' && gates !== 'omni') || approval !== undefined || state === 'denied' || (decision !== undefined && holdsUp(decision.verdict))
}

function changeTool(fold: ItemFold, event: SessionEvent, call: string, change: Partial<ItemOf<'tool'>>): ItemChange {
  const tool = fold.tools[`${event.session}/${call}`]
  // An event of a call that was never proposed is only possible in a damaged log: nothing to change.
  if (tool === undefined) return { fold, items: [] }
  return withTool(fold, { ...tool, ...change, changed: event.seq })
}

function answerApproval(fold: ItemFold, event: Extract<SessionEvent, { type: 'approval.answered' | 'approval.expired' }>): ItemChange {
  const tool = Object.values(fold.tools).find((candidate) => candidate.approval?.approval === event.data.approval)
  if (tool?.approval === undefined) return { fold, items: [] }
  const answer = event.type === 'approval.answered'
    ? { answer: event.data.answer, by: event.by, ...(event.data.comment === undefined ? {} : { comment: event.data.comment }) }
    : { answer: 'expired' as const }
  return changeTool(fold, event, tool.call, { state: 'proposed', approval: { ...tool.approval, ...answer } })
}

function completeTool(fold: ItemFold, event: Extract<SessionEvent, { type: 'tool.completed' }>): ItemChange {
  const { call, outcome, output, exitCode } = event.data
  const changed = changeTool(fold, event, call, { state: outcome, output, endedAt: event.at, ...(exitCode === undefined ? {} : { exitCode }) })
  // `unknown` may still be corrected by a late fact; every other outcome is final.
  if (outcome === 'unknown') return changed
  const { [`${event.session}/${call}`]: _closed, ...tools } = changed.fold.tools
  return { ...changed, fold: { ...changed.fold, tools } }
}
