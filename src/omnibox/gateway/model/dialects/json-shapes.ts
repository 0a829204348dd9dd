import { z } from 'zod'

/** A count of tokens as services give it. What is none is passed over: an answer must not break the measuring of it. */
export const count = z.number().int().nonnegative().nullish().transform((tokens) => tokens ?? undefined).catch(undefined)

/** A limit in a request. One that is none is refused by the service; until then it counts as not given. */
export const limit = count

/** A sentence for the client about a request that is not what its API takes. */
export const problemOf = ({ issues }: z.ZodError): string => `The request can not be read: "${issues[0]?.path.join('.') ?? ''}" is missing or not right.`

export const name = z.string().min(1).max(200)

/** The newer values over the older ones; what is not told stays. */
export function merge<Told extends object>(older: Told | undefined, newer: Told): Told {
  const told = Object.entries(newer).filter(([, value]) => value !== undefined && value !== null)
  // Proof: each member is one of `newer` or of `older`, both of them `Told`.
  return { ...older, ...Object.fromEntries(told) } as Told
}
