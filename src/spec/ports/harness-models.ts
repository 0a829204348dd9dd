import type { Box } from './box.ts'
import type { ListedModel } from './model-provider.ts'

/** Which models a harness reaches, and how it names them. */
export interface HarnessModels {
  /** Ids of the model services it reaches with a key, best first. */
  readonly providers: readonly string[]
  /** Its own name of a model: the service's, or `provider/model` where it reaches several. */
  readonly named: 'model' | 'provider/model'
  /** Short names that the program itself knows: they are left to it. */
  readonly ownAliases?: readonly string[]
  /** What it takes when nobody names a model, where that follows from its environment. */
  default?(env: Readonly<Record<string, string>>): string | undefined
  /** Asks the program, which knows its own login. @throws {AppError} 'unavailable' with what to do. */
  ask?(place: AskPlace): Promise<ProgramModels>
}

export interface AskPlace {
  readonly box: Box
  /** The executable, as `probe` found it. */
  readonly file: string
  /** The whole environment for the program, its credentials included. */
  readonly env: Readonly<Record<string, string>>
  /** Private folder for what the program needs to run. */
  readonly home: string
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
}

export interface ProgramModels {
  readonly models: readonly ListedModel[]
  /** What it takes when nobody names one. */
  readonly default?: string
}
