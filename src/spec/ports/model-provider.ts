import type { ModelPlace } from '../net/model-service.ts'

/** A model service that we know by name. */
export interface ModelProvider {
  /** The first half of `provider/model`. */
  readonly id: string
  /** Shown to people. */
  readonly title: string
  /** Variables that may hold its key, best first. None: it needs no key. */
  readonly keyEnv: readonly string[]
  /** Other variables that sign in with it: where one is set, a saved key stays away. */
  readonly otherEnv?: readonly string[]
  /** Variable that moves it to another address. */
  readonly addressEnv?: string
  /** Where a person makes a key. */
  readonly keysPage?: string
  /** Beginnings of model names that say whose they are without `provider/`. */
  readonly names?: readonly string[]
  /** Short names of models, each for one of its ids. */
  readonly aliases: Readonly<Record<string, string>>
}

export interface ListedModel {
  /** As whoever listed it calls it. */
  readonly id: string
  /** For people, where it is more than the id. */
  readonly label?: string
}

/** `refused`: the service does not take the key. `unanswered`: nobody knows, since it was not reached or has no list. Never holds the key. */
export type ModelListAnswer =
  | { readonly type: 'listed'; readonly models: readonly ListedModel[] }
  | { readonly type: 'refused' | 'unanswered'; readonly message: string }

/** How a model service is asked for its models: with which key, and where when not at its own address. */
export interface ModelListPlace {
  /** Empty where none is needed. */
  readonly apiKey: string
  /** With or without its version path. */
  readonly baseUrl?: string
  readonly signal: AbortSignal
}

export interface ModelProviders {
  readonly all: readonly ModelProvider[]
  /** Where a provider is on the wire: with a key, and with an account; nowhere for one that everybody has an address of their own for. */
  places(provider: string): readonly ModelPlace[]
  /** Asks the service for its models, in one request. Never throws for what a service or a network does. */
  list(provider: string, place: ModelListPlace): Promise<ModelListAnswer>
}
