import type { Action } from '../../spec/actions.ts'
import { type JsonRecord, text } from '../json-program.ts'
import { execAction, otherAction, readAction, writeAction } from '../tool-actions.ts'

/** Pi's built-in tools as actions. */
export function piActions(tool: string, input: JsonRecord): Action[] {
  const path = text(input['path'])
  switch (tool) {
    case 'bash': return [execAction(text(input['command']))]
    case 'write': return [writeAction(path, Buffer.byteLength(text(input['content'])))]
    case 'edit': return [readAction(path), writeAction(path)]
    case 'read': return [readAction(path)]
    case 'grep': case 'find': case 'ls': return [readAction(path === '' ? '.' : path)]
    default: return [otherAction(tool)]
  }
}

export function piTitle(tool: string, input: JsonRecord): string {
  if (tool === 'bash') return text(input['command'])
  return `${tool} ${text(input['path']) || text(input['pattern'])}`.trim()
}
