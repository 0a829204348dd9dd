import type { GitPush, RefUpdate } from '../../spec/net/net-request.ts'

/**
 * The first part of `POST …/git-receive-pack`: pkt-lines (`{4 hex digits: length with these four}{bytes}`, `0000` ends the list), each
 * `<old> <new> <ref>`, the first with `\0` and the capabilities; lines `shallow <id>` may come before. After the end come
 * push options, another list, and the pack.
 * @see gitprotocol-pack(5), "Pushing Data To a Server"; gitprotocol-common(5), "pkt-line Format"
 */
export type PushCommands =
  | { readonly type: 'commands'; readonly refs: readonly RefUpdate[]; readonly capabilities: readonly string[] }
  | { readonly type: 'incomplete' }
  | { readonly type: 'unreadable'; readonly reason: string }

export function readPushCommands(bytes: Buffer): PushCommands {
  const refs: RefUpdate[] = []
  let capabilities: string[] | undefined
  for (let at = 0; ;) {
    if (at + 4 > bytes.length) return { type: 'incomplete' }
    const digits = bytes.toString('latin1', at, at + 4)
    if (digits === '0000') return { type: 'commands', refs, capabilities: capabilities ?? [] }
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : 0
    if (length <= 4 || length > 65_520) return { type: 'unreadable', reason: 'the list of refs is no list' }
    if (at + length > bytes.length) return { type: 'incomplete' }
    const line = bytes.toString('utf8', at + 4, at + length)
    at += length
    if (/^shallow [0-9a-f]{40,64}\n?$/.test(line)) continue
    if (line.startsWith('push-cert')) return { type: 'unreadable', reason: 'signed pushes are not read here, push without --signed' }
    const nul = line.indexOf('\0')
    if (nul !== -1 && capabilities !== undefined) return { type: 'unreadable', reason: 'capabilities are given twice' }
    if (nul !== -1) capabilities = line.slice(nul + 1).trim().split(' ')
    const ref = readCommand(nul === -1 ? line : line.slice(0, nul))
    if (ref === undefined) return { type: 'unreadable', reason: 'a line of the list of refs cannot be read' }
    refs.push(ref)
  }
}

function readCommand(line: string): RefUpdate | undefined {
  const parts = /^([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) ([^\s\u0000-\u001f\u007f]+)\n?$/.exec(line)
  if (parts === null) return undefined
  const [, before = '', after = '', ref = ''] = parts
  return { ref, old: before, new: after, create: /^0+$/.test(before), delete: /^0+$/.test(after) }
}

/** Which request of a push this is, if it is one: by its normalised path, as generously as any server may read it, or by its type. */
export function pushStageOf(request: { readonly path: string; readonly query: string | undefined; readonly types: readonly string[] }): 'refs' | 'push' | undefined {
  if (pushPath.test(request.path) || request.types.some((type) => /^\s*application\/x-git-receive-pack-request/i.test(type))) return 'push'
  const asks = refsPath.test(request.path) && new URLSearchParams(request.query ?? '').getAll('service').includes('git-receive-pack')
  return asks ? 'refs' : undefined
}

const pushPath = /\/git-receive-pack\/?$/i
const refsPath = /\/info\/refs\/?$/i

export function pushOf(path: string, refs: readonly RefUpdate[]): GitPush {
  return { repo: path.replace(pushPath, '').replace(refsPath, '').replace(/^\//, '').replace(/\.git$/, ''), refs }
}
