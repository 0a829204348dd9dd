import type { Socket as DatagramSocket } from 'node:dgram'
import type { Server } from 'node:net'
import { z } from 'zod'
import { Usage } from '../events/usage.ts'
import { GatewayEvent } from '../net/gateway-event.ts'
import type { ModelService } from '../net/model-service.ts'
import { NetRequest, type NetVerdict } from '../net/net-request.ts'
import type { Secret } from '../net/secret.ts'
import type { StaticTable } from '../net/static-table.ts'
import type { Verdict } from './harness.ts'
import type { WayOut } from './way-out.ts'

const id = z.string().min(1).max(256)
const text = z.string().max(65_536)
const tokens = z.number().int().nonnegative()

/** What a gateway says about one session's way out. It reads hostile bytes: its words are checked. */
export const GatewayWord = z.discriminatedUnion('type', [
  /** A request waits for `net.verdict`. */
  z.object({ type: z.literal('net.wanted'), request: NetRequest }),
  /** Nobody waits for it any more. */
  z.object({ type: z.literal('net.withdrawn'), request: id }),
  /** A call to a model waits for `model.verdict`; tokens at most. */
  z.object({ type: z.literal('model.wanted'), call: id, model: z.string().max(256), tokens: z.object({ input: tokens, output: tokens }), side: z.boolean() }),
  /** Exactly once for each that was wanted. Without `usage` it cost nothing. */
  z.object({ type: z.literal('model.done'), call: id, model: z.string().transform((name) => name.slice(0, 256)).optional(), usage: Usage.optional(), estimated: z.boolean().optional() }),
  /** A model service takes no more calls for now. */
  z.object({ type: z.literal('limited'), message: text, resetAt: z.number().optional() }),
  z.object({ type: z.literal('told'), event: GatewayEvent }),
])
export type GatewayWord = z.infer<typeof GatewayWord>

/** The keys of a session's certificates, PEM. */
export interface AuthorityKeys {
  readonly root: string
  readonly rootKey: string
  readonly leafKey: string
}

/** What may be changed while a way out is open. */
export interface WaySettings {
  /** Whose placeholders are known inside. */
  readonly secrets: readonly Secret[]
  readonly services: readonly ModelService[]
  readonly table: StaticTable
}

export interface WaySetup extends WaySettings {
  readonly session: string
  readonly authority: AuthorityKeys
  /** How long a program may be kept waiting for a model call, in milliseconds. */
  readonly patienceMs: number
}

/** What a gateway is told about one session's way out. */
export type GatewayOrder =
  | { readonly type: 'open'; readonly setup: WaySetup }
  | { readonly type: 'settings'; readonly settings: Partial<WaySettings> }
  /** From now on everything is judged, until a table of at least this revision comes. */
  | { readonly type: 'table.revoke'; readonly revision: number }
  | { readonly type: 'net.verdict'; readonly request: string; readonly verdict: NetVerdict }
  | { readonly type: 'model.verdict'; readonly call: string; readonly verdict: Verdict }
  /** Its turn was interrupted: asks are withdrawn, answers cut. */
  | { readonly type: 'run.end'; readonly reason: string }
  | { readonly type: 'close' }
export type WayOrder = Exclude<GatewayOrder, { type: 'open' }>

/** A socket that goes with an order to a gateway in another process. */
export type DoorHandle = Server | DatagramSocket

/** One session's way out, as its host holds it. */
export interface SessionWay extends WayOut {
  /** In order; what is told while the gateway starts again reaches the new one. */
  tell(order: Exclude<WayOrder, { type: 'close' }>): void
  /** Ends every connection. Nothing is heard of it any more. */
  close(): Promise<void>
}

/** Keeps a gateway running and opens ways out. */
export interface Gateway {
  /** Something that looks like this credential and is none, of the same length where that can be. */
  standIn(value: string): string
  /** @param hear gets what is said about it, in order @throws {AppError} 'unavailable' when no gateway starts */
  open(setup: Omit<WaySetup, 'authority'>, hear: (word: GatewayWord) => void): Promise<SessionWay>
  close(): Promise<void>
}
