import type { Range, YamlEntry, YamlNode } from '../../yaml/yaml-node.ts'
import { listNode } from './make-node.ts'

/** A native agent in the making. */
export interface Draft {
  /** Single fields: `name`, `harness` … */
  readonly fields: Map<string, YamlEntry>
  /** Undefined: the file says nothing about tools, so the native default stands. */
  tools: YamlNode[] | undefined
  readonly mcp: YamlEntry[]
  readonly children: YamlNode[]
  readonly policies: YamlNode[]
}

export function newDraft(): Draft {
  return { fields: new Map(), tools: undefined, mcp: [], children: [], policies: [] }
}

export function put(draft: Draft, key: string, value: YamlNode | undefined, keyRange: Range = value?.range ?? [0, 1]): void {
  if (value !== undefined) draft.fields.set(key, { key, keyRange, value })
}

/** The native map. @param range of the foreign agent; `place` is where things stand that the file does not say in so many words. */
export function draftNode(draft: Draft, range: Range, place: Range): YamlNode {
  const entry = (key: string, value: YamlNode): YamlEntry => ({ key, keyRange: value.range, value })
  const whole = (items: readonly YamlNode[]): Range => items[0]?.range ?? place
  return {
    kind: 'map', range,
    entries: [
      ...draft.fields.values(),
      ...(draft.tools === undefined ? [] : [entry('tools', listNode(whole(draft.tools), draft.tools))]),
      ...(draft.mcp.length === 0 ? [] : [entry('mcp', { kind: 'map', range: draft.mcp[0]?.keyRange ?? place, entries: draft.mcp })]),
      ...(draft.children.length === 0 ? [] : [entry('sub_agents', listNode(whole(draft.children), draft.children))]),
      ...(draft.policies.length === 0 ? [] : [entry('policies', listNode(whole(draft.policies), draft.policies))]),
    ],
  }
}
