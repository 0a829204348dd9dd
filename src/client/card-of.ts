import { AppError } from '../spec/app-error.ts'
import { TrustCard } from '../spec/trust/trust-card.ts'

/** The card of the server's error `untrusted`; undefined for any other error. */
export function cardOf(error: unknown): TrustCard | undefined {
  if (!(error instanceof AppError) || error.code !== 'untrusted') return undefined
  const parsed = TrustCard.safeParse(error.details)
  return parsed.success ? parsed.data : undefined
}
