import type { HarnessCapabilities, HarnessLimit } from '../../spec/ports/harness.ts'
import type { HarnessModels } from '../../spec/ports/harness-models.ts'
import type { VendorLogin } from '../../spec/ports/vendor-login.ts'

/** JSON whose texts may hold `{url}`, `{key}`, `{model}` and `{home}`. */
export type Template = string | number | boolean | null | readonly Template[] | { readonly [name: string]: Template }

/**
 * One agent that speaks the Agent Client Protocol, as data: `createAcpAdapter` makes the harness of it.
 * Placeholders in texts: `{url}` and `{key}` of the model route, `{model}`, `{home}` (the session's private folder).
 */
export interface AcpRow {
  /** `harness: <id>` in an agent file. */
  readonly id: string
  readonly title: string
  /** Whose models it drives; left out when that depends on the model. */
  readonly vendor?: string
  readonly program: AcpProgram
  /** Arguments that make it speak ACP on its standard input and output, those that make it ask included. */
  readonly args: readonly string[]
  /** Variables of every start; what is not a text is given as JSON. */
  readonly env?: Readonly<Record<string, Template>>
  /** Files and folders of a project by which the program would run things by itself: servers, hooks, plugins. */
  readonly projectRuns?: readonly string[]
  /** Host variables that may hold its credentials. */
  readonly credentialEnv: readonly string[]
  /** The vendor's own sign-in. */
  readonly login?: VendorLogin
  readonly model: AcpModel
  /** Which model services it reaches. */
  readonly models?: Pick<HarnessModels, 'providers' | 'named' | 'ownAliases'>
  /** How it is pointed at a model gateway; left out when it can not be. */
  readonly route?: AcpRoute
  /** The session mode that asks most: set at every opening, whatever mode it says it starts in. Left out where nothing but `args` decides. */
  readonly mode?: string
  /** Its session mode for planning without changing anything, where it has one. */
  readonly planMode?: string
  readonly capabilities: HarnessCapabilities
  readonly quirks?: AcpQuirks
  /** What it can not do, for people and for the conformance suite. */
  readonly limits?: readonly HarnessLimit[]
}

export interface AcpProgram {
  /** Name on a PATH, or an absolute path. */
  readonly command: string
  /** Arguments that print the version; without them it is taken as it is. */
  readonly versionArgs?: readonly string[]
  /** What `omni harness install` installs. */
  readonly npm?: AcpPackage
  /** How a person gets it where it is on no npm registry, one sentence. */
  readonly getIt?: string
  /** How a person gets credentials, one line. */
  readonly signIn: string
}

export interface AcpPackage {
  readonly package: string
  /** The pinned version. */
  readonly version: string
  readonly minimum: string
  readonly below: string
  /** Executables inside the folder it was installed in, best first; `{os}` and `{arch}` as Node names them. */
  readonly executables: readonly string[]
}

/**
 * `args`: arguments of the start. `option`: the model option of the session, where no route chooses it. `route`: only together with a route, by what
 * `route` writes. `none`: the program's own choice.
 */
export type AcpModel = { readonly by: 'args'; readonly args: readonly string[] } | { readonly by: 'option' | 'route' | 'none' }

export interface AcpRoute {
  readonly env: Readonly<Record<string, Template>>
  /** Settings written before the start: path under `{home}` → content, as JSON unless it is a text. */
  readonly files?: Readonly<Record<string, Template>>
  readonly args?: readonly string[]
}

export interface AcpQuirks {
  /** For commands it sends a title and no input, and the title is the command. */
  readonly titleIsCommand?: boolean
  /** Before it asks, it writes the input of a call as JSON into its content, and nowhere else. */
  readonly inputAsText?: boolean
  /** Reading and writing files through us is not offered to it: it breaks when it may. */
  readonly ownFiles?: boolean
  /** A refused call ends its turn: the turn is taken up again with the reason. */
  readonly refusalEndsTurn?: boolean
  /** Opening a conversation in the clock minute of the last opening destroys it: wait for the next minute. */
  readonly reopenNextMinute?: boolean
  /** Its `inputTokens` hold the cached ones too. */
  readonly inputHoldsCached?: boolean
}
