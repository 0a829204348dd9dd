import type { ModelProvider } from '../../spec/ports/model-provider.ts'
import type { ModelPrices } from '../../spec/money/price-table.ts'
import type { Dialect } from './dialect.ts'

/** Everything known of one model service, as data. */
export interface ProviderRow extends ModelProvider {
  readonly dialect: Dialect
  /** Its own address, with the version path; undefined when everybody has their own, which `addressEnv` says. */
  readonly baseUrl?: string
  /** What such an address looks like. */
  readonly addressForm?: string
  /** Asked when nobody names a model and its key is there. */
  readonly model?: string
  /** What only an accepted key gets, where the list of models is open to all. */
  readonly keyPath?: string
  /** Ids of the models for which it caches the start of a prompt only when it is asked to. */
  readonly asksToCache?: RegExp
  /** What its models cost, by the names that it has for them; undefined where nobody knows. */
  readonly prices?: ModelPrices
  /** Of one that makes its models: what resellers call it. */
  readonly maker?: string
  /** It asks for a model what its maker asks. */
  readonly resells?: boolean
}
