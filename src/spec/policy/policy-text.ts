import { type Document, isMap, isScalar, isSeq, parseDocument, stringify, YAMLSeq } from 'yaml'
import type { Policy } from './policy-schema.ts'

/** A list of policies as a policy file. */
export const writePolicies = (policies: readonly Policy[]): string => (policies.length === 0 ? '' : stringify(policies, { lineWidth: 0 }))

/**
 * Adds policies to a list, both as texts of policy files that load; one of the same name takes the other's place. Comments and order
 * stay.
 */
export function mergePolicies(own: string, added: string): string {
  const document = listDocument(own)
  for (const item of itemsOf(listDocument(added))) {
    const items = itemsOf(document)
    const index = items.findIndex((each) => nameOf(each) === nameOf(item))
    if (index < 0) items.push(item)
    else items[index] = item
  }
  return textOf(document)
}

/** The list without one policy; undefined when it has none of that name. */
export function withoutPolicy(own: string, name: string): string | undefined {
  const document = listDocument(own)
  const items = itemsOf(document)
  const index = items.findIndex((each) => nameOf(each) === name)
  if (index < 0) return undefined
  items.splice(index, 1)
  return textOf(document)
}

/** The list as a document whose content is a sequence; a single policy, or a map whose `policies` is the list, becomes one. */
export function listDocument(text: string): Document {
  const document: Document = parseDocument(text)
  const { contents } = document
  const listed = isMap(contents) && contents.has('policies') ? contents.get('policies', true) : contents
  const list = isSeq(listed) ? listed : new YAMLSeq()
  if (isMap(listed)) list.items.push(listed)
  // Comments before a first policy belong to it, wherever it goes.
  if (isSeq(listed) && document.commentBefore !== null && document.commentBefore !== undefined) list.commentBefore = [document.commentBefore, list.commentBefore].filter((each) => typeof each === 'string').join('\n')
  document.commentBefore = null
  document.contents = list
  return document
}

const itemsOf = (document: Document): unknown[] => (isSeq(document.contents) ? document.contents.items : [])

function nameOf(item: unknown): unknown {
  const name = isMap(item) ? item.get('name', true) : undefined
  return isScalar(name) ? name.value : undefined
}

const textOf = (document: Document): string => (itemsOf(document).length === 0 ? '' : document.toString({ lineWidth: 0 }))
