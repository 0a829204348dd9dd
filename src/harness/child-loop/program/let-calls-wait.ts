/** Where Node keeps what carries its `fetch`; there is no other way to reach it without a package of 1.5 MB. */
const place = Symbol.for('undici.globalDispatcher.1')

type Carrier = new (options: { headersTimeout: number; bodyTimeout: number }) => object

/**
 * Takes the limit of five minutes off every answer: a model call may be held until a person has said yes.
 * Where Node does not let us, the limit stays, and a call that runs into it is made again.
 * @see undici, Agent: `headersTimeout` and `bodyTimeout`; 0 is none
 */
export async function letCallsWait(): Promise<void> {
  await fetch('data:,') // Node makes the carrier at the first use.
  const carrier: unknown = Reflect.get(globalThis, place)
  if (typeof carrier !== 'object' || carrier === null) return
  // Proof: the carrier's own class; another one ignores the options or throws, which the caller lets pass.
  Reflect.set(globalThis, place, new (carrier.constructor as Carrier)({ headersTimeout: 0, bodyTimeout: 0 }))
}
