import { type ReactNode, useCallback, useState } from 'react'
import { cardOf } from '../../client/card-of.ts'
import type { TrustCard } from '../../spec/trust/trust-card.ts'
import { type TrustChoice, TrustDialog } from './trust-dialog.tsx'

/** Runs a task; when the server answers with a trust card, asks the person, and runs it again with their yes. Undefined after a no. */
export type WithTrust = <Result>(task: (answer: TrustChoice) => Promise<Result>) => Promise<Result | undefined>

/** @returns `withTrust`, and the dialog to draw where the question belongs */
export function useTrust(): { readonly withTrust: WithTrust; readonly dialog: ReactNode } {
  const [question, setQuestion] = useState<{ readonly card: TrustCard; resolve(answer: TrustChoice): void }>()
  const withTrust = useCallback<WithTrust>(async (task) => {
    try {
      return await task(undefined)
    } catch (error) {
      const card = cardOf(error)
      if (card === undefined) throw error
      const answer = await new Promise<TrustChoice>((resolve) => setQuestion({ card, resolve }))
      setQuestion(undefined)
      return answer === undefined ? undefined : task(answer)
    }
  }, [])
  return { withTrust, dialog: <TrustDialog card={question?.card} onAnswer={(answer) => question?.resolve(answer)} /> }
}
