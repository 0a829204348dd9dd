import type { HarnessCapabilities, HarnessLimit } from '../../../src/spec/ports/harness.ts'
import type { HarnessWorld } from './harness-world.ts'

/** One observation. `shows` names the capability that it is the proof of. */
export interface ConformanceCase {
  readonly name: string
  readonly shows?: keyof HarnessCapabilities
  /** The case shows this value of the capability; without it, any but the lowest. */
  readonly value?: string
  /** A program may declare that it does not keep to this: the case must then fail, and is published as "no". */
  readonly limit?: HarnessLimit['breaks']
  /** Looks at what reached a model: not run on a harness that has none. */
  readonly needsModel?: true
  run(world: HarnessWorld): Promise<void>
}
