import type { BoxCeiling } from '../spec/agent/box-ceiling.ts'
import type { Omnibox } from '../spec/ports/box.ts'
import type { Clock } from '../spec/ports/clock.ts'
import type { Gateway } from '../spec/ports/gateway.ts'
import type { HarnessAdapter, ModelRoute } from '../spec/ports/harness.ts'
import type { ModelProviders } from '../spec/ports/model-provider.ts'
import type { CallReader, ReadingPlace } from '../spec/ports/call-reader.ts'
import type { FindSecrets } from '../spec/ports/session-secrets.ts'
import type { Worktrees } from '../spec/ports/worktrees.ts'
import type { Workspaces } from '../spec/ports/workspace.ts'
import type { Outbox } from './outbox/outbox.ts'

/** What the user's configuration says about one harness. */
export interface HarnessSettings {
  /** An explicit executable. */
  readonly path?: string
  readonly env?: Readonly<Record<string, string>>
  readonly route?: ModelRoute
  /** For sessions that name no model. */
  readonly model?: string
  /** Keys that a person saved, by model service. */
  readonly savedKeys?: Readonly<Record<string, string>>
}

export interface HostOptions {
  /** Names this host for ever, over its restarts. */
  readonly id: string
  readonly name: string
  /** Package version of this code. */
  readonly build: string
  readonly adapters: readonly HarnessAdapter[]
  readonly providers: ModelProviders
  readonly omnibox: Omnibox
  /** The way out of boxes with walls; without it there are none. */
  readonly gateway?: Gateway
  /** Secrets of the user's and the server's configuration; without it there are none. */
  readonly secrets?: FindSecrets
  /** What patterns name in these folders, as it is now. @throws {AppError} 'unavailable' where it can not be said */
  readonly hiddenPaths?: (patterns: readonly string[], place: { readonly folders: readonly string[]; readonly workspace: string; readonly home: string }) => Promise<readonly string[]>
  /** How the program is run that gives agents the engine's tools: words of its command line; without it they have none. */
  readonly toolBridge?: readonly string[]
  /** Names calls of those tools, unique for ever. */
  readonly nextRequest?: () => string
  /** Folders and files that our own programs are made of, absolute. */
  readonly ownPrograms?: readonly string[]
  /** Its epoch is the host's. The host closes it. */
  readonly outbox: Outbox
  readonly clock: Clock
  /** Looks at work folders: what changed in them, and their states. `shadow` is where those are kept, out of every agent's reach. */
  readonly workspaces?: { readonly open: Workspaces['open']; readonly shadow: string }
  /** Makes work folders for sessions that write beside others. `folder`: where they lie; without it there are none. */
  readonly worktrees?: { readonly port: Worktrees; readonly folder: string }
  /** Reads what calls do; without one their own words are all there is. */
  readonly callReader?: (place: ReadingPlace) => CallReader
  /** Private folder: one folder per session is made in it. */
  readonly homeDir: string
  /** Folder of `omni harness install`. */
  readonly installDir: string
  /** The host's own environment, of which programs get an allow-list. */
  readonly environment: Readonly<Record<string, string>>
  /** Never gets a secret: no environment, no prompt, no tool input. */
  log(problem: string, cause?: unknown): void
  readonly settings: {
    /** Asked at every start. @throws {AppError} 'invalid' when the configuration can not be used. */
    harness(id: string): Promise<HarnessSettings>
    /** The most that a session may have on this machine, asked at every turn; none: no limit. */
    ceiling?(): Promise<BoxCeiling | undefined>
    /** Milliseconds after a turn until its program is closed; 10 minutes by default. */
    readonly idleProgramMs?: number
  }
}
