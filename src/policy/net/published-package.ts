import { own } from '../../base/own.ts'
import type { Action } from '../../spec/actions.ts'

type Publish = Extract<Action, { kind: 'package.publish' }>

interface Upload {
  readonly manager: string
  readonly method: 'PUT' | 'POST'
  readonly host: RegExp
  /** Its first group is the package's name, where the path says it. */
  readonly path: RegExp
}

const anyHost = /./
const npmHosts = /^(?:registry\.npmjs\.org|registry\.yarnpkg\.com|npm\.pkg\.github\.com)$/
/** A name of npm: no `-` of its own, which stands before everything that is no package. */
const npmName = '(@[^/]+\\/[^/]+|(?!-\\/)[^/@][^/]*)'

/**
 * The requests by which packages are published, as each registry documents them. A path that only a registry has counts on every host,
 * one that anybody may have only on the registry's own; a PUT of `@name/name` is taken for npm's wherever it goes: better asked than missed. What is published to a registry of one's own by other paths is a request
 * that writes, and no more.
 * @see libnpmpublish, `PUT /:package`; GitLab's "npm packages API"; a scoped name is distinctive wherever the registry lies
 * @see docs.pypi.org, "Upload API" (legacy); The Cargo Book, "Registry Web API", Publish; guides.rubygems.org, "RubyGems.org API", `POST /api/v1/gems`
 * @see learn.microsoft.com/nuget, "Push a package"; hex_core, `hex_api_release:publish`; OCI distribution-spec, "Pushing Manifests"
 * @see central.sonatype.org, "Publisher API", upload; jsr.io, "API", `POST /scopes/:scope/packages/:package/versions/:version`
 */
const uploads: readonly Upload[] = [
  { manager: 'npm', method: 'PUT', host: npmHosts, path: new RegExp(`^\\/${npmName}$`) },
  { manager: 'npm', method: 'PUT', host: anyHost, path: /^\/(?:.+\/)?(@[^/]+\/[^/@]+)$/ },
  { manager: 'npm', method: 'PUT', host: anyHost, path: new RegExp(`\\/packages\\/npm\\/${npmName}$`) },
  { manager: 'pypi', method: 'POST', host: /^(?:upload\.pypi\.org|test\.pypi\.org)$/, path: /^\/legacy\/?$/ },
  { manager: 'cargo', method: 'PUT', host: anyHost, path: /^\/(?:.+\/)?api\/v1\/crates\/new$/ },
  { manager: 'gem', method: 'POST', host: /^rubygems\.org$/, path: /^\/api\/v1\/gems$/ },
  { manager: 'nuget', method: 'PUT', host: anyHost, path: /\/api\/v2\/(?:symbol)?package\/?$/ },
  { manager: 'hex', method: 'POST', host: /^hex\.pm$/, path: /^\/api\/(?:publish|packages\/([^/]+)\/releases)$/ },
  { manager: 'docker', method: 'PUT', host: anyHost, path: /^\/v2\/(.+\/manifests\/[^/]+)$/ },
  { manager: 'maven', method: 'POST', host: /^central\.sonatype\.com$/, path: /^\/api\/v1\/publisher\/upload$/ },
  { manager: 'jsr', method: 'POST', host: /^api\.jsr\.io$/, path: /^\/scopes\/([^/]+\/packages\/[^/]+)\/versions\/[^/]+$/ },
]

/** What a request publishes, by its method, host and path; the body, which may name more, is not looked at. */
export function publishedPackage({ method, host, path }: { readonly method: string; readonly host: string; readonly path: string }): Publish | undefined {
  for (const upload of uploads) {
    if (upload.method !== method || !upload.host.test(host)) continue
    const found = upload.path.exec(path)
    if (found === null) continue
    const name = nameOf(upload.manager, found[1], host)
    return { kind: 'package.publish', manager: upload.manager, ...(name === undefined ? {} : { name }), outbound: true }
  }
  return undefined
}

/** Methods by which something may be published at all. */
export const publishingMethods = ['PUT', 'POST'] as const

function nameOf(manager: string, found: string | undefined, host: string): string | undefined {
  if (found === undefined) return undefined
  if (manager === 'jsr') return `@${found.replace('/packages/', '/')}`
  if (manager !== 'docker') return found
  const image = found.replace('/manifests/', found.includes('/manifests/sha256:') ? '@' : ':')
  return host === 'registry-1.docker.io' ? image : `${host}/${image}`
}

/** Programs, as the reader of shell lines names them, that publish to the registries of one kind. */
const programs: Readonly<Record<string, readonly string[]>> = {
  npm: ['npm', 'pnpm', 'yarn', 'bun', 'lerna', 'changeset', 'nx', 'np', 'semantic-release', 'release-it'], pypi: ['twine', 'poetry', 'uv', 'pdm', 'hatch', 'flit', 'rye'],
  cargo: ['cargo'], gem: ['gem'], nuget: ['nuget', 'dotnet'], hex: ['mix'], docker: ['docker', 'podman', 'buildah', 'skopeo'], maven: ['mvn'], jsr: ['jsr', 'deno'],
}

/** Hosts that a program publishes to when nobody tells it another. */
const ownHosts: Readonly<Record<string, readonly string[]>> = {
  npm: ['registry.npmjs.org', 'registry.yarnpkg.com'], pypi: ['upload.pypi.org'], cargo: ['crates.io'], gem: ['rubygems.org'], nuget: ['www.nuget.org'], hex: ['hex.pm'], docker: ['registry-1.docker.io'], maven: ['central.sonatype.com'], jsr: ['api.jsr.io'],
}

/** Whether `program` publishes to registries of this kind. */
export const publishesTo = (program: string, manager: string): boolean => program === manager || own(programs, manager)?.includes(program) === true

/** Whether the host is where a package of this kind goes when nothing is said. */
export const isOwnRegistry = (manager: string, host: string): boolean => own(ownHosts, manager)?.includes(host) === true
