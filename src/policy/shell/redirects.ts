import type { HereDoc, Redirect, Redirection } from 'unbash'
import type { Action } from '../../spec/actions.ts'
import type { Arg } from './arg.ts'
import type { Input } from './call.ts'
import { foldParts, foldValue, foldWord } from './fold-word.ts'
import { isVoid, pathOf } from './paths.ts'
import { assign } from './scope.ts'
import type { Output, Walk } from './walk-state.ts'

export interface Redirected {
  /** The files and connections that are opened. */
  readonly actions: readonly Action[]
  /** The new standard input, when it is redirected. */
  readonly input: Input | undefined
  readonly doubts: readonly string[]
  /** To be told what the command prints: the text may now stand in a file. */
  readonly redirected: (output: Output) => void
}

/** Says what redirections open. */
export function readRedirects(walk: Walk, redirects: readonly Redirection[]): Redirected {
  let input: Input | undefined
  const doubts: string[] = []
  const outputs: string[] = []
  const actions: Action[] = []
  for (const redirect of redirects) {
    const { descriptor } = redirect
    if (descriptor?.type === 'FileDescriptorVariable') assign(walk.scope, descriptor.name, undefined)
    const fd = descriptor === undefined ? undefined : descriptor.type === 'FileDescriptor' ? descriptor.value : -1
    if (redirect.type !== 'Redirect') {
      const text = redirect.type === 'HereDoc' ? hereDocText(walk, redirect) : redirect.target && foldValue(walk, redirect.target)
      if (fd === undefined || fd === 0) input = text === undefined ? 'dynamic' : { text: redirect.type === 'HereDoc' ? text : `${text}\n` }
      continue
    }
    const [target, ...more] = redirect.target ? foldWord(walk, redirect.target) : []
    if (target === undefined || more.length > 0) continue
    const opened = open(walk, redirect, target)
    actions.push(...opened.actions ?? [])
    if (opened.doubt !== undefined) doubts.push(opened.doubt)
    if (redirect.operator.startsWith('<') && (fd === undefined || fd === 0)) input = opened.read === undefined ? 'dynamic' : { file: opened.read }
    if (opened.written !== undefined && (fd === undefined || fd === 1) && (redirect.operator === '>' || redirect.operator === '>|')) outputs.push(opened.written)
  }
  const redirected = (output: Output) => {
    const [last] = outputs.slice(-1)
    if (last !== undefined) walk.reading.written.set(last, output)
  }
  return { actions, input, doubts: [...doubts, ...walk.doubts.splice(0)], redirected }
}

interface Opened { readonly actions?: readonly Action[]; readonly read?: string; readonly written?: string; readonly doubt?: string }

function open(walk: Walk, { operator }: Redirect, target: Arg): Opened {
  if ((operator === '>&' || operator === '<&') && (target.text === undefined ? target.prefix === '' : /^\d*-?$/.test(target.text))) return {}
  const reads = operator === '<' || operator === '<>'
  const writes = operator !== '<' && operator !== '<&'
  if (target.prefix.startsWith('/dev/tcp/') || target.prefix.startsWith('/dev/udp/')) {
    const [, , scheme, host, port] = (target.text ?? '').split('/')
    return { actions: [{ kind: 'net.request', scheme: scheme ?? 'tcp', host: host ?? 'unknown', ...(Number(port) > 0 ? { port: Number(port) } : {}), outbound: true }] }
  }
  const path = walk.scope.elsewhere ? undefined : pathOf(target, walk.scope.cwd)
  if (path === undefined) return writes && !walk.scope.elsewhere && !isSubstitution(target) ? { doubt: 'it writes to a file that is only known at run time' } : {}
  if (isVoid(path)) return {}
  const read: readonly Action[] = reads ? [{ kind: 'file.read', path, outbound: false }] : []
  if (!writes) return target.text === undefined ? { actions: read } : { actions: read, read: path }
  walk.reading.written.set(path, undefined)
  return { actions: [...read, { kind: 'file.write', path, outbound: false }], written: path }
}

/** `> >(program)`: a pipe, no file. */
const isSubstitution = ({ source }: Arg) => /^[<>]\(/.test(source)

function hereDocText(walk: Walk, { body, delimiter, operator }: HereDoc): string | undefined {
  const strip = (text: string) => (operator === '<<-' ? text.replaceAll(/^\t+/gm, '') : text)
  if (delimiter?.quoted === true) return strip(body.text)
  if (body.parts === undefined) return strip(body.text.replaceAll(/\\([$`\\\n])/g, (_, char: string) => (char === '\n' ? '' : char)))
  const text = foldParts(walk, body.parts)
  return text === undefined ? undefined : strip(text)
}

