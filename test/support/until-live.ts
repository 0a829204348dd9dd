import type { LiveSession } from '../../src/client/live-session.ts'

/** Resolves once the live session is so, now or after one of its changes. */
export async function untilLive(live: LiveSession, isSo: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = live.subscribe(() => isSo() && resolve())
  if (isSo()) resolve()
  await promise
  stop()
}
