import { type Call, type Effect, opaque } from '../call.ts'

/**
 * A program named by its path: a shell script is followed, anything else is an ordinary program (undefined).
 * A text without `#!` is given to a shell by the shell that starts it.
 */
export function readLocalFile(call: Call, name: string): readonly Effect[] | undefined {
  const [word] = call.words
  const path = word && call.path(word)
  if (call.elsewhere) return undefined
  if (path === undefined) return [opaque(`where ${name} lies is only known at run time`)]
  const found = call.file(path)
  if (found === 'asked') return []
  if ('absent' in found) return found.absent === 'binary' ? undefined : [opaque(`${path} cannot be read: ${found.absent}`)]
  const [first = ''] = found.text.split('\n', 1)
  if (first.startsWith('#!') && !/[/ ](?:ba|da|z|a|k|mk)?sh(?:\s|$)/.test(first)) return undefined
  return [{ type: 'local' }, { type: 'script', text: found.text, positional: call.args, where: { input: true } }]
}
