import type { HostFact, ToHost } from '../spec/ports/host-link.ts'
import type { HostOptions } from './host-options.ts'
import type { ProgramShelf } from './program-shelf.ts'
import type { DeltaPart } from './signal-reporter.ts'

export type RunOrder = Extract<ToHost, { type: 'turn.run' }>
export type SteerOrder = Extract<ToHost, { type: 'turn.steer' }>
export type SwitchOrder = Extract<ToHost, { type: 'switch.run' }>

export interface RunnerDeps {
  readonly options: HostOptions
  readonly shelf: ProgramShelf
  /** Resolves when the fact is durable. */
  fact(turn: string | undefined, fact: HostFact): Promise<void>
  /** Resolves when a server has taken every fact so far and what it orders on them is here; soon where there is none. */
  taken(): Promise<void>
  delta(turn: string, delta: DeltaPart): void
  /** True when facts pile up because no server takes them. */
  isFull(): boolean
  /** A program has been idle long enough and is gone: the runner is not needed any more. */
  idle(): void
}
