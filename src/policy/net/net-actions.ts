import type { Action } from '../../spec/actions.ts'
import type { NetRequest, RefUpdate } from '../../spec/net/net-request.ts'
import { publishedPackage } from './published-package.ts'
import { authorityOf } from '../../spec/net/usual-port.ts'

/**
 * What one request of a session's gateway does, as actions: the request itself, first; one push per ref, its repository and ref named as
 * the reader of shell lines names them, so that one rule speaks of both; what it publishes; each secret that goes into it.
 * What comes before a push (the question for refs, git's empty probe) is no push yet. Whether a push forces is not known on the wire.
 * @param injected names of secrets that a rule puts into it: see `secretsOf`
 */
export function netActions(request: NetRequest, injected: readonly string[] = []): readonly Action[] {
  const { scheme, host, port, method, path, bodyBytes, gitPush, placeholders = [] } = request
  const repo = gitPush === undefined ? undefined : `${authorityOf(request)}/${gitPush.repo}`
  const published = publishedPackage(request)
  return [
    { kind: 'net.request', scheme, host, port, method, path, ...(bodyBytes === undefined ? {} : { bodyBytes }), ...(gitPush === undefined ? {} : { refs: gitPush.refs.map(({ ref }) => ref) }), outbound: true },
    ...(gitPush?.refs ?? []).map((update) => pushOf(update, repo)),
    ...(published === undefined ? [] : [published]),
    ...[...new Set([...placeholders, ...injected])].map((name): Action => ({ kind: 'secret.use', name, host, outbound: true })),
  ]
}

function pushOf({ ref, delete: deletes, force }: RefUpdate, repo: string | undefined): Action {
  return {
    kind: 'git.push', ...(repo === undefined ? {} : { repo }), ref: ref.replace(/^refs\/(?:heads|tags)\//, ''),
    ...(force === undefined ? {} : { force }), delete: deletes, tag: ref.startsWith('refs/tags/'), outbound: true,
  }
}
