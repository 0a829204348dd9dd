/** What the gateway asks about, what it hears, and who is asked. Plain values: they are made to cross a process border. */

/** One line of a push's command list. `old` and `new` are object ids, 40 or 64 hex digits; all zeros where there is none. */
export interface RefUpdate {
  readonly ref: string
  readonly old: string
  readonly new: string
  readonly create: boolean
  readonly delete: boolean
  /** Absent: the wire does not say whether an update is a fast-forward. */
  readonly force?: boolean
}

export interface GitPush {
  /** The repository's path on its host, without a leading slash and without `.git`. */
  readonly repo: string
  /** Empty for what comes before the push itself: the list of refs and git's empty probe. */
  readonly refs: readonly RefUpdate[]
}

/** One request as it will be sent, after every check of form. Names are lower-case, the path is normalised. */
export interface NetRequest {
  readonly session: string
  readonly id: string
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly port: number
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Without its `?`. */
  readonly query?: string
  /** What `content-length` says; absent where the client does not know. */
  readonly bodyBytes?: number
  readonly upgrade?: 'websocket'
  readonly gitPush?: GitPush
  /** Names of the secrets whose placeholders the request bears: an allow lets them be used. */
  readonly placeholders?: readonly string[]
}

/**
 * A secret to put into a request. `bearer` and `basic` set `authorization` (`basic` with `user`, empty by default);
 * `header` sets the named header to the bare value. Whatever the client sent there is replaced.
 */
export interface SecretUse {
  readonly secret: string
  readonly form: 'bearer' | 'basic' | 'header'
  readonly header?: string
  readonly user?: string
}

export type NetVerdict =
  | { readonly type: 'allow'; readonly rule?: string; readonly secrets?: readonly SecretUse[] }
  | { readonly type: 'deny'; readonly rule: string; readonly message: string; readonly howToAsk?: string }

/**
 * Decides one request. An answer may take as long as a person takes; the request waits meanwhile. The signal says that
 * nobody waits any more. A rejection denies.
 */
export type Authorize = (request: NetRequest, signal: AbortSignal) => Promise<NetVerdict>
