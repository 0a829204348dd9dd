import { useEffect, useState } from 'react'
import type { PolicyCheck } from '../../spec/api/policies.ts'
import { useData } from './data-context.ts'

const checkAfterMs = 250

export interface PolicyTextCheck {
  /** The newest answer; of an earlier text while a new one is asked. Undefined: none, or nothing is written. */
  readonly result: (PolicyCheck & { readonly text: string }) | undefined
  readonly isCurrent: boolean
}

/** What the server says about a policy text for a session, shortly after it was typed. */
export function usePolicyCheck(text: string): PolicyTextCheck {
  const { client } = useData()
  const [result, setResult] = useState<PolicyTextCheck['result']>()
  const isEmpty = text.trim() === ''
  useEffect(() => {
    if (isEmpty) return
    let wanted = true
    const timer = setTimeout(() => {
      // Unanswered: the next letter asks again, and what is not checked cannot be added.
      client.checkPolicies(text, 'session').then((check) => wanted && setResult({ ...check, text }), () => undefined)
    }, checkAfterMs)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [client, text, isEmpty])
  return isEmpty ? { result: undefined, isCurrent: false } : { result, isCurrent: result?.text === text }
}
