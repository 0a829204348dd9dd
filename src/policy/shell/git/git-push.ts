import type { Action } from '../../../spec/actions.ts'
import type { Arg } from '../arg.ts'
import { act, type Effect, opaque } from '../call.ts'
import { has, readOptions, valueOf } from '../programs/options.ts'
import { addressesOf, repositoryName } from './git-address.ts'
import { type GitConfiguration, lastValue } from './git-configuration.ts'

const shape = {
  values: 'o',
  longValues: ['push-option', 'repo', 'receive-pack', 'exec', 'recurse-submodules'],
  longFlags: ['all', 'branches', 'mirror', 'tags', 'follow-tags', 'delete', 'dry-run', 'porcelain', 'set-upstream', 'prune', 'no-verify', 'verify', 'atomic', 'no-atomic', 'progress', 'no-progress', 'thin', 'no-thin',
    'verbose', 'quiet', 'force', 'force-with-lease', 'no-force-with-lease', 'force-if-includes', 'no-force-if-includes', 'signed', 'no-signed', 'ipv4', 'ipv6', 'no-recurse-submodules', 'no-dry-run', 'no-force', 'no-follow-tags', 'no-mirror', 'no-delete', 'no-tags', 'no-all'],
} as const

type Push = Action & { readonly kind: 'git.push' }

/** `git push`: one action per target and refspec. `--dry-run` pushes nothing. @see git-push(1) */
export function readPush(args: readonly Arg[], configuration: GitConfiguration, cwd: string | undefined): readonly Effect[] {
  const options = readOptions(args, shape)
  const receiver = valueOf(options, 'receive-pack', 'exec')
  const effects: Effect[] = receiver === undefined ? [] : [receiver.text === undefined ? opaque('what it runs on the other side is only known at run time') : { type: 'script', text: receiver.text, where: { elsewhere: true } }]
  if (has(options, 'n', 'dry-run') && !has(options, 'no-dry-run') && !options.unsure) return effects
  const [remote = valueOf(options, 'repo'), ...refspecs] = options.operands
  const facts = {
    force: has(options, 'f', 'force', 'force-with-lease', 'mirror') ? true : options.unsure ? undefined : false,
    delete: has(options, 'd', 'delete', 'prune', 'mirror') ? true : options.unsure ? undefined : false,
    tag: has(options, 'tags', 'mirror', 'follow-tags') ? true : options.unsure ? undefined : false,
  }
  const many = has(options, 'all', 'branches', 'mirror', 'tags', 'prune') || options.unsure
  const named = remote === undefined ? defaultRemote(configuration) : remote.text
  const repos = named === undefined ? [undefined] : reposOf(configuration, named, cwd)
  const pushes = refspecs.length === 0 ? [implicit(configuration, named, facts, many)] : pairTags(refspecs).map((refspec) => explicit(refspec, facts))
  return [...effects, ...repos.flatMap((repo) => pushes.map((push) => act({ ...push, ...(repo === undefined ? {} : { repo }) })))]
}

/** Names of the repositories that a remote stands for; one undefined when that is not known. */
export function reposOf(configuration: GitConfiguration, remote: string, cwd: string | undefined): readonly (string | undefined)[] {
  const addresses = addressesOf(configuration, remote, 'push')
  const certain = configuration.complete || /:\/\/|^[^/]*@[^/]*:/.test(remote)
  return addresses.length === 0 || !certain ? [undefined] : addresses.map((address) => address && repositoryName(address, cwd))
}

/** @see git-config(1): branch.NAME.pushRemote, remote.pushDefault, branch.NAME.remote, then `origin`. */
function defaultRemote(configuration: GitConfiguration): string | undefined {
  if (!configuration.complete) return undefined
  const { branch } = configuration
  const keys = [...(branch === undefined ? [] : [`branch.${branch}.pushremote`]), 'remote.pushdefault', ...(branch === undefined ? [] : [`branch.${branch}.remote`])]
  for (const key of keys) {
    const found = lastValue(configuration, key)
    if (found !== undefined) return found.value
  }
  // A detached HEAD does not say; with a branch, git falls back to the name it gives at cloning.
  return 'origin'
}

interface Facts { readonly force: boolean | undefined; readonly delete: boolean | undefined; readonly tag: boolean | undefined }

const pushOf = (ref: string | undefined, { force, delete: deletes, tag }: Facts): Push => ({
  kind: 'git.push', outbound: true,
  ...(ref === undefined ? {} : { ref: ref.replace(/^refs\/(?:heads|tags)\//, '') }),
  ...(force === undefined ? {} : { force }), ...(deletes === undefined ? {} : { delete: deletes }), ...(tag === undefined ? {} : { tag }),
})

/** Without a refspec, configuration says what is pushed. */
function implicit(configuration: GitConfiguration, remote: string | undefined, facts: Facts, many: boolean): Push {
  const configured = remote !== undefined && (lastValue(configuration, `remote.${remote}.push`) ?? lastValue(configuration, `remote.${remote}.mirror`)) !== undefined
  if (configured || !configuration.complete) return pushOf(undefined, { force: facts.force === true ? true : undefined, delete: facts.delete === true ? true : undefined, tag: facts.tag === true ? true : undefined })
  const mode = lastValue(configuration, 'push.default')
  const current = mode === undefined || mode.value === 'simple' || mode.value === 'current'
  return pushOf(current && !many ? configuration.branch : undefined, facts)
}

function explicit(refspec: Arg & { readonly isTag: boolean }, facts: Facts): Push {
  const { text, prefix } = refspec
  const force = prefix.startsWith('+') ? true : text === undefined && prefix === '' ? (facts.force === true ? true : undefined) : facts.force
  if (text === undefined) return pushOf(undefined, { force, delete: facts.delete === true ? true : undefined, tag: facts.tag === true ? true : undefined })
  const [source = '', target = source] = text.replace(/^\+/, '').split(':')
  const tag = refspec.isTag || target.startsWith('refs/tags/') || (target === source && source.startsWith('refs/tags/')) ? true : facts.tag
  const deletes = text.replace(/^\+/, '').startsWith(':') && target !== '' ? true : facts.delete
  return pushOf(target === '' || target === 'HEAD' || target.includes('*') ? undefined : target, { force, delete: deletes, tag })
}

/** `tag NAME` is one refspec in two words. */
function pairTags(refspecs: readonly Arg[]): readonly (Arg & { readonly isTag: boolean })[] {
  return refspecs.flatMap((refspec, index) => {
    if (refspec.text === 'tag' && index + 1 < refspecs.length) return []
    return [{ ...refspec, isTag: refspecs[index - 1]?.text === 'tag' }]
  })
}
