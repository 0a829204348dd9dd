import type { HarnessContext } from '../spec/ports/harness.ts'

/** How soon a record is looked for again, at first and at last. */
const firstLookMs = 50
const lastLookMs = 2_000

/**
 * Tells the resume token once the program's own record of the conversation is on disk. Programs write it when they find
 * time; a token told earlier leads nowhere when the program dies before that.
 */
export function tellToken(context: Pick<HarnessContext, 'emit' | 'clock' | 'signal'>, token: string, hasRecord: () => Promise<boolean>): void {
  const look = async (delayMs: number): Promise<void> => {
    if (context.signal.aborted) return
    if (await hasRecord()) context.emit({ type: 'resume', token })
    else context.clock.after(delayMs, () => void look(Math.min(delayMs * 2, lastLookMs)))
  }
  void look(firstLookMs)
}
