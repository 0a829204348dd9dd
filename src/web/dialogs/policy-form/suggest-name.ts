import type { WrittenPolicy } from './write-policy.ts'

const maxLength = 56

/** A name that says what the policy does and that nobody has yet: `ask-push-after-install`. */
export function suggestName(policy: WrittenPolicy, taken: readonly string[]): string {
  const plain = words(policy).join('-').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, maxLength).replace(/-+$/, '')
  for (let count = 1; ; count++) {
    const name = count === 1 ? plain : `${plain}-${count}`
    if (!taken.includes(name)) return name
  }
}

function words(policy: WrittenPolicy): readonly string[] {
  const { type, action, every, value } = policy
  const unit = policy['unit'] === 'tokens' ? ['tokens'] : []
  if (type === 'cost') return every === undefined ? [`${String(action)}-at`, amount(value), ...unit] : ['pause-every', amount(every), ...unit]
  const match = mapOf(policy['match'])
  const about = [match['subject'], policy['of'], ...[match['verb']].flat()].filter((each) => typeof each === 'string').map(tail)
  const after = Object.keys(mapOf(policy['after'])).find((key) => key !== 'cleared_by' && key !== 'since')
  const kind = about.length > 0 ? about.join('-') : String(type)
  const measure = type === 'rate' || type === 'loop' ? [type] : type === 'time' ? ['hours'] : []
  return [String(action), kind === 'push' || kind === 'commit' ? kind : kindName(String(type), kind), ...measure, ...(after === undefined ? [] : [type === 'require' ? 'without' : 'after', tail(after)])]
}

const kindName = (type: string, kind: string) => (type === 'file' || type === 'package' ? `${type}-${kind === type ? '' : kind}` : kind === '*' ? 'anything' : kind)
const tail = (pattern: string) => pattern.split('.').at(-1) ?? pattern
const amount = (value: unknown) => (typeof value === 'number' ? String(value) : '')
const mapOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {})
