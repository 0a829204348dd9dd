export interface WorkspaceLimits {
  /** Bytes of a file whose contents are kept; larger ones are seen, not kept. */
  readonly maxFileBytes: number
  /** New files in one look. */
  readonly maxFiles: number
  /** Changes that are listed. */
  readonly maxListed: number
  /** Milliseconds that one run of git may take. */
  readonly maxGitMs: number
}

export const defaultLimits: WorkspaceLimits = { maxFileBytes: 32 * 1024 * 1024, maxFiles: 250_000, maxListed: 10_000, maxGitMs: 120_000 }
