import type { EventData } from '../events/session-event.ts'

/** What people read where an earlier conversation ends and the session begins. */
export function importedText({ from, turns, leftOut }: EventData<'conversation.imported'>): string {
  const said = `Imported from ${from}: ${turns} ${turns === 1 ? 'turn' : 'turns'} that you had with it by hand. Nothing above ran here, and ${from} is told none of it again. What follows is this session’s own.`
  return leftOut === undefined ? said : `${said} ${leftOut}`
}
