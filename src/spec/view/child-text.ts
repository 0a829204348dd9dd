import type { EventData } from '../events/session-event.ts'

export const spawnedText = ({ handle, title }: EventData<'child.spawned'>): string => `${handle} is started: ${title}`

/** How a child came to rest. */
export const restWords = ({ outcome, started }: Pick<EventData<'inbox.posted'>, 'outcome' | 'started'>): string =>
  outcome === 'failed' && !started ? 'could not start' : { completed: 'has finished', interrupted: 'was stopped', failed: 'failed' }[outcome]

/** What became of a child; what it said is its parent's to tell. */
export const postedText = (posted: EventData<'inbox.posted'>): string => `${posted.handle} ${restWords(posted)}${posted.reason === undefined ? '' : `: ${posted.reason}`}`

export const advancedText = ({ round, words }: EventData<'debate.advanced'>): string => {
  const left = words.filter(({ type }) => type === 'said').length
  return `Round ${round}: ${left} heads answer each other`
}

export function endedText({ reason, round }: EventData<'debate.ended'>): string {
  switch (reason) {
    case 'answered': return 'All have answered'
    case 'agree': return `They agree after round ${round}`
    case 'unchanged': return `Nobody changed their answer in round ${round}`
    case 'rounds': return `They do not agree after ${round} rounds`
    case 'heads': return 'Fewer than two heads are left'
  }
}

export const madeText = ({ branch, base, hadChanges, notes }: EventData<'worktree.made'>): string =>
  [`It works in a worktree of its own, on the branch ${branch} from ${base.slice(0, 10)}.`, ...(hadChanges ? ['Changes that are not committed are not in it.'] : []), ...notes].join(' ')

/** What a branch came to. */
export function collectedText(result: EventData<'worktree.collected'>['result'], branch = 'The branch'): string {
  if (result.type === 'refused') return `${branch} was not taken over: ${result.detail}`
  const { ahead, files, added, removed, uncommitted = 0, notes } = result
  const left = uncommitted === 0 ? [] : [`${uncommitted} changed ${uncommitted === 1 ? 'file is' : 'files are'} not committed, and on no branch.`]
  return [`${branch}: ${ahead} ${ahead === 1 ? 'commit' : 'commits'}, ${files} ${files === 1 ? 'file' : 'files'}, +${added} −${removed}.`, ...left, ...notes].join(' ')
}
