import type { CompiledList } from './compile-policies.ts'

/** What the server has every session keep to. */
export interface ServerPolicies {
  readonly list: CompiledList
  /** Named sets of hosts, for `@name` in policies. */
  readonly hostSets: Readonly<Record<string, readonly string[]>>
}
