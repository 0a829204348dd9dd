import { useEffect, useState } from 'react'
import { AppError } from '../../spec/app-error.ts'

export type Answer<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: Value }
  | { readonly state: 'failed'; readonly error: AppError }

/** Asks once for each `key`; undefined asks nothing. An answer to an earlier key is dropped. */
export function useAnswer<Value>(key: string | undefined, ask: (signal: AbortSignal) => Promise<Value>): Answer<Value> {
  const [answer, setAnswer] = useState<{ key: string | undefined; answer: Answer<Value> }>({ key: undefined, answer: { state: 'loading' } })
  useEffect(() => {
    if (key === undefined) return
    const stop = new AbortController()
    ask(stop.signal).then(
      (value) => stop.signal.aborted || setAnswer({ key, answer: { state: 'ready', value } }),
      (error: unknown) => {
        if (stop.signal.aborted) return
        setAnswer({ key, answer: { state: 'failed', error: error instanceof AppError ? error : new AppError('internal', 'Something in this page went wrong.', { cause: error }) } })
      },
    )
    return () => stop.abort()
    // `ask` is made anew at every render; `key` says when the question is another one.
  }, [key])
  return answer.key === key ? answer.answer : { state: 'loading' }
}
