import { useEffect, useState } from 'react'
import type { SessionPolicies } from '../../spec/api/policies.ts'
import type { AppError } from '../../spec/app-error.ts'
import { useData } from './data-context.ts'
import { useAnswer } from './use-answer.ts'

interface Asked {
  /** The last answer: it stays in sight while it is asked again. */
  readonly policies: SessionPolicies | undefined
  readonly error: AppError | undefined
  again(): void
}

/** The policies in force for a session. */
export function useSessionPolicies(session: string): Asked {
  const { client } = useData()
  const [round, setRound] = useState(0)
  const [policies, setPolicies] = useState<SessionPolicies>()
  const answer = useAnswer(`${session} ${round}`, () => client.sessionPolicies(session))
  useEffect(() => {
    if (answer.state === 'ready') setPolicies(answer.value)
  }, [answer])
  return { policies, error: answer.state === 'failed' ? answer.error : undefined, again: () => setRound((count) => count + 1) }
}
