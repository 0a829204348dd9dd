/**
 * Everything a box is made of, decided and looked up, the same on every system: every path is absolute, real and there, but for `absent`.
 * What is not named here, and is not the system's own, is not in the box.
 */
export interface BoxPlan {
  readonly profile: 'read-only' | 'workspace' | 'open'
  /** `own`: that of the namespace it is started in. */
  readonly network: 'none' | 'own'
  /** The work folder: read-only in profile `read-only`. */
  readonly workspace: string
  /** The session's private folder: the only other place that lasts. */
  readonly home: string
  /** Files and folders that may be read beside the system's own. */
  readonly reads: readonly string[]
  /** The same to write. */
  readonly writes: readonly string[]
  /** Folders that can be written and not moved away. */
  readonly pinned: readonly string[]
  /** Read-only although they lie in a place that can be written. */
  readonly frozen: readonly string[]
  /** Folders that are made first where they are missing: what could be put in their place can not be frozen. */
  readonly made: readonly string[]
  /** Empty in the box although they lie in a place that can be seen. */
  readonly hidden: readonly HiddenPath[]
  /** What would be frozen or hidden if it were there: for walls that stand on a name alone. No mount can. */
  readonly absent: { readonly frozen: readonly string[]; readonly hidden: readonly string[] }
  /** Shown read-only although they lie in what is hidden: what programs are made of. */
  readonly programs: readonly string[]
  /** The same to write. */
  readonly state: readonly string[]
  /** Files of ours in place of the system's, by the path they have inside. */
  readonly files: Readonly<Record<string, string>>
}

export interface HiddenPath {
  readonly path: string
  readonly kind: 'folder' | 'file'
}
