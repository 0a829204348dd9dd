import type { HostFact, NumberedFact } from '../../spec/ports/host-link.ts'

/** A fact before it has its number. */
export interface Report {
  readonly tree: string
  readonly session: string
  readonly turn?: string
  readonly fact: HostFact
}

/**
 * Where facts wait, durably, until the engine has them. Facts are numbered from 1 within the host's epoch; those of
 * earlier epochs that were never acknowledged come first.
 */
export interface Outbox {
  /** The epoch that numbers new facts. */
  readonly epoch: string
  /** True when so much waits that a program must not add to it. Small last words (`turn.settled`) are still taken. */
  readonly full: boolean
  /**
   * Resolves when the fact is durable, in the order of the calls. Retries while the disk refuses.
   * @throws {AppError} 'unavailable' after `close`.
   */
  append(report: Report): Promise<NumberedFact>
  /** What is durable and not acknowledged, in order. */
  pending(): readonly NumberedFact[]
  /** The engine has all facts of `epoch` up to `n`: they are dropped. */
  acknowledge(epoch: string, n: number): void
  /** Resolves when everything appended so far is durable and files are closed. */
  close(): Promise<void>
}

/** Bytes (of JSON) that may wait before `full`. */
export const maxWaitingBytes = 64 * 1024 * 1024
