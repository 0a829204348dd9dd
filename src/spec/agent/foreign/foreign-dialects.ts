import type { capabilityNames } from '../agent-file.ts'

export type Capability = (typeof capabilityNames)[number]

/**
 * What the importers know of other tools' names, as data. It comes from the harnesses' own folders through the registry, so no
 * vendor's name stands here. Without it foreign files are read too, but their harness names are taken as ours and Markdown is refused.
 */
export interface ForeignDialects {
  /** Harness names of the Python edition. */
  readonly harnesses: Readonly<Record<string, ForeignHarness>>
  /** The Markdown files with front matter that a harness keeps its sub-agents in. */
  readonly subAgents?: SubAgentDialect
}

export interface ForeignHarness {
  readonly id: string
  /** Without `os_env` there: `own`, the program still has its tools; `granted`, it has none; undefined: not known. */
  readonly tools?: 'own' | 'granted'
}

export interface SubAgentDialect {
  /** For messages: `a … sub-agent file`. */
  readonly title: string
  readonly harness: string
  /**
   * Its tools by our capability. Giving a capability gives all of `core`; `more` are variants nobody lists on purpose. Refusing one
   * of `heart` (default: `core`) takes the capability away.
   */
  readonly capabilities: Readonly<Partial<Record<Capability, { readonly core: readonly string[]; readonly more: readonly string[]; readonly heart?: readonly string[] }>>>
  /** Tools that do nothing to files, network or processes; no capability stands for them. */
  readonly harmless: readonly string[]
}

export const noDialects: ForeignDialects = { harnesses: {} }
