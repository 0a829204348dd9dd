import type { Path, YamlNode } from '../yaml/yaml-node.ts'
import { entriesOf, entryOf, itemsOf, textOf } from '../yaml/yaml-node.ts'

export interface LaterWord {
  readonly path: Path
  readonly word: string
}

const types: ReadonlySet<string> = new Set(['label', 'judge', 'function'])
const actions: ReadonlySet<string> = new Set(['redact', 'route', 'set', 'interrupt'])

/** Words of the language that are designed and not there yet. A policy that uses one is refused by that name. */
export function laterWords(policy: YamlNode): LaterWord[] {
  const found: LaterWord[] = []
  const type = textOf(entryOf(policy, 'type')?.value)
  if (type !== undefined && types.has(type)) found.push({ path: ['type'], word: type })
  const action = entryOf(policy, 'action')?.value
  const verb = textOf(action) ?? entriesOf(action).map(({ key }) => key).find((key) => actions.has(key))
  if (verb !== undefined && actions.has(verb)) found.push({ path: ['action'], word: verb })
  if (textOf(entryOf(policy, 'fingerprint')?.value) === 'normal') found.push({ path: ['fingerprint'], word: 'normal' })
  if (textOf(entryOf(policy, 'of')?.value) === 'result') found.push({ path: ['of'], word: 'result' })
  if (entryOf(entryOf(policy, 'approval')?.value, 'quorum') !== undefined) found.push({ path: ['approval', 'quorum'], word: 'quorum' })
  if (entryOf(entryOf(policy, 'match')?.value, 'labels') !== undefined) found.push({ path: ['match', 'labels'], word: 'labels' })
  for (const [index, item] of itemsOf(entryOf(entryOf(policy, 'match')?.value, 'in')?.value).entries()) {
    const word = textOf(item)
    if (word === 'result' || word === 'reply') found.push({ path: ['match', 'in', index], word })
  }
  return found
}
