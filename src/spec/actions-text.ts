import type { Action } from './actions.ts'

/** An action as a person reads it: `git.push repo example.org/acme/app ref main`. Text from outside: print it as such. */
export function actionText(action: Action): string {
  const { kind, outbound: _outbound, ...fields } = action
  if (action.kind === 'exec') return `exec ${action.command}`
  if (action.kind === 'net.request') return `net.request ${action.method ?? 'any method'} ${action.scheme ?? 'https'}://${action.host}${action.port === undefined ? '' : `:${action.port}`}${action.path ?? ''}`
  if (action.kind === 'file.read' || action.kind === 'file.write' || action.kind === 'file.delete') return `${kind} ${action.path}`
  // A log keeps its keys sorted.
  const said = Object.entries(fields).sort(([left], [right]) => (left < right ? -1 : 1)).flatMap(([name, value]: [string, unknown]) => {
    if (name === 'args' || value === false || value === undefined) return []
    return value === true ? [name] : [`${name} ${Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : JSON.stringify(value)}`]
  })
  return [kind, ...said].join(' ')
}
