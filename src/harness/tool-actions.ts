import type { Action } from '../spec/actions.ts'

/** The actions of calls that every program has in some form. `outbound` is unknown until the shell reader lands. */
export const execAction = (command: string, cwd?: string): Action => ({ kind: 'exec', command, outbound: 'unknown', ...(cwd === undefined ? {} : { cwd }) })
export const readAction = (path: string): Action => ({ kind: 'file.read', path, outbound: false })
export const writeAction = (path: string, bytes?: number): Action => ({ kind: 'file.write', path, outbound: false, ...(bytes === undefined ? {} : { bytes }) })
export const otherAction = (tool: string): Action => ({ kind: 'other', tool, outbound: 'unknown' })

/** An address that a tool fetches; undefined text and nonsense are unknown hosts. */
export function requestAction(url: string): Action {
  try {
    const { protocol, hostname, pathname } = new URL(url)
    return { kind: 'net.request', scheme: protocol.replace(':', ''), host: hostname, method: 'GET', path: pathname, outbound: true }
  } catch {
    // Not an address: the host stays unknown, which restrictive rules fire on.
    return { kind: 'net.request', host: 'unknown', outbound: true }
  }
}
