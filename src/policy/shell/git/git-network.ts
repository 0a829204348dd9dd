import type { Action } from '../../../spec/actions.ts'
import type { Arg } from '../arg.ts'
import { act, type Call, type Effect } from '../call.ts'
import { readOptions } from '../programs/options.ts'
import { addressesOf, parseGitAddress } from './git-address.ts'
import type { GitConfiguration } from './git-configuration.ts'
import type { GitGlobals } from './git-globals.ts'

const values = { values: 'bcjosuX', longValues: ['branch', 'config', 'depth', 'jobs', 'origin', 'reference', 'separate-git-dir', 'upload-pack', 'filter', 'shallow-since', 'shallow-exclude', 'server-option', 'template', 'refmap', 'strategy', 'strategy-option', 'deepen', 'exec', 'sort', 'bundle-uri'] }

/** The requests of sub-commands that fetch; reading ones, so their method is GET. */
export function readNetwork(_call: Call, globals: GitGlobals, command: string, args: readonly Arg[], configuration: () => GitConfiguration): readonly Effect[] {
  const { operands } = readOptions(args, values)
  const [first, second] = operands
  switch (command) {
    case 'clone': return requests(first, globals, configuration)
    case 'fetch': case 'pull': case 'ls-remote': case 'fetch-pack': return args.some(({ text }) => text === '--all' || text === '--multiple') ? [act(unknownRequest)] : requests(first, globals, configuration)
    case 'remote': return first?.text === 'update' || first?.text === 'prune' || first?.text === 'show' ? requests(second, globals, configuration) : [{ type: 'local' }]
    case 'submodule': return first?.text === 'add' ? requests(second, globals, configuration) : first?.text === 'update' ? [act(unknownRequest)] : [{ type: 'local' }]
    case 'lfs': return /^(?:pull|fetch|clone|locks?|unlock)$/.test(first?.text ?? '') ? [act(unknownRequest)] : [{ type: 'local' }]
    case 'svn': case 'p4': case 'send-email': case 'imap-send': case 'cvsimport': case 'cvsexportcommit': case 'request-pull': return [act({ ...unknownRequest, method: command.startsWith('send') || command === 'imap-send' ? 'POST' : 'GET' })]
    case 'subtree': return first?.text === 'add' || first?.text === 'pull' ? [act(unknownRequest)] : [{ type: 'local' }]
    case 'archive': {
      const remote = args.find(({ prefix }) => prefix.startsWith('--remote'))
      return remote === undefined ? [] : [act(unknownRequest)]
    }
    default: return []
  }
}

const unknownRequest: Action & { readonly kind: 'net.request' } = { kind: 'net.request', host: 'unknown', method: 'GET', outbound: true }

/** Without a name it is the branch's remote, or `origin`. */
function requests(remote: Arg | undefined, globals: GitGlobals, configuration: () => GitConfiguration): readonly Effect[] {
  if (remote !== undefined && remote.text === undefined) return [act(unknownRequest)]
  const isAddress = remote?.text !== undefined && /:\/\/|^[^/]+@[^/]+:/.test(remote.text)
  const known = isAddress ? { entries: globals.configured, complete: true } : configuration()
  const name = remote?.text ?? known.entries.findLast(([key]) => known.branch !== undefined && key.toLowerCase() === `branch.${known.branch.toLowerCase()}.remote`)?.[1] ?? 'origin'
  const addresses = addressesOf(known, name, 'fetch')
  if (addresses.length === 0) return [act(unknownRequest)]
  return addresses.flatMap((address): readonly Effect[] => {
    const parsed = address === undefined ? undefined : parseGitAddress(address)
    if (address !== undefined && parsed === undefined) return [{ type: 'local' }]
    if (parsed === undefined) return [act(unknownRequest)]
    return [act({ kind: 'net.request', scheme: parsed.scheme, host: parsed.host, ...(parsed.port === undefined ? {} : { port: parsed.port }), method: 'GET', path: `/${parsed.path}`, outbound: true })]
  })
}
