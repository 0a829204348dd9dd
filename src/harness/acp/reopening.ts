import { placeFile, readPlaced } from '../../base/folder-files.ts'
import type { HarnessContext } from '../../spec/ports/harness.ts'
import type { AcpRow } from './acp-row.ts'

const minuteMs = 60_000

/** For `reopenNextMinute`: waits, at most a minute, until the clock shows another minute than when a conversation of this session was last opened. */
export async function untilReopenable({ title }: AcpRow, { resume, home, clock, signal, emit }: HarnessContext): Promise<void> {
  if (resume === undefined) return
  const openedAt = Number(String((await readPlaced(home, openedFile)) ?? '0')) || 0
  const now = clock.now()
  if (Math.floor(now / minuteMs) > Math.floor(openedAt / minuteMs)) return
  const waitMs = minuteMs - (now % minuteMs)
  emit({ type: 'notice', level: 'info', text: `${title} can open a conversation again only in the next minute of the clock: waiting ${Math.ceil(waitMs / 1_000)} s.` })
  await new Promise<void>((resolve) => {
    const cancel = clock.after(waitMs, resolve)
    signal.addEventListener('abort', () => (cancel(), resolve()), { once: true })
  })
}

/** Notes, in the session's private folder, when the conversation was opened. */
export async function noteOpening({ home, clock }: HarnessContext): Promise<void> {
  await placeFile(home, openedFile, String(clock.now()))
}

const openedFile = 'conversation-opened-at'
