import { type SetStateAction, useCallback, useState } from 'react'

const draftKey = (session: string) => `omnigent.draft.${session}`

/** What is written and not sent yet; it outlives a reload. */
export function useDraft(session: string): readonly [string, (next: SetStateAction<string>) => void] {
  const [text, setText] = useState(() => sessionStorage.getItem(draftKey(session)) ?? '')
  const change = useCallback((next: SetStateAction<string>) => setText((before) => {
    const after = typeof next === 'string' ? next : next(before)
    if (after === '') sessionStorage.removeItem(draftKey(session))
    else sessionStorage.setItem(draftKey(session), after)
    return after
  }), [session])
  return [text, change]
}
