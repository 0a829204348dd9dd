import type { Reply, Tool } from './plan.ts'

/** What a dialect's request says, in words all dialects share. */
export interface Asked {
  readonly model: string
  /** Text of the last prompt that a person wrote. */
  readonly prompt: string
  /** Tool calls in the conversation since that prompt. */
  readonly callsDone: number
  readonly tools: readonly Tool[]
  readonly stream: boolean
}

/** One frame of a stream; `pause` marks where a stalled or cut reply stops. */
export type Frame = { readonly event?: string; readonly data: unknown } | 'pause'

export interface Dialect {
  readonly path: RegExp
  /** @param path of the request: some dialects name the model there. */
  read(body: Record<string, unknown>, path: string): Asked
  frames(reply: Reply, asked: Asked): Frame[]
  /** The whole reply for a request that does not stream. */
  whole(reply: Reply, asked: Asked): unknown
  error(status: number, message: string): unknown
}

export const usage = { input: 1_200, output: 34, cacheRead: 200 } as const

export const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? (value as Record<string, unknown>[]) : [])
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')
export const properties = (schema: unknown): string[] => Object.keys(((schema ?? {}) as { properties?: object }).properties ?? {})
