import type { OwnAnswer } from './dialect.ts'

export function ownJson(status: number, body: unknown): OwnAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** Frames of a stream whose headers are out. */
export function ownFrames(frames: string): OwnAnswer {
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: frames }
}
