import type { EngineEnd, HostFact, NumberedFact, ToEngine, ToHost } from '../../src/spec/ports/host-link.ts'

/** A host played by hand: the test sees every order and says every fact. */
export class HandHost {
  readonly orders: ToHost[] = []
  readonly epoch: string
  readonly id: string
  #n = 0
  #engine: ((message: ToEngine) => void) | undefined
  #waiting: { readonly test: (message: ToHost) => boolean; readonly resolve: (message: ToHost) => void }[] = []
  #closed = Promise.withResolvers<void>()

  constructor(id = 'hst_1', epoch = 'epo_1') {
    this.id = id
    this.epoch = epoch
  }

  /** Makes a new link to an engine, as after a reconnect. Unacknowledged facts are the test's to repeat. */
  connect(accept: (link: EngineEnd) => void, earlier: readonly NumberedFact[] = []): void {
    this.#closed = Promise.withResolvers<void>()
    const closed = this.#closed
    accept({
      send: (message) => this.#take(message),
      onMessage: (listener) => {
        this.#engine = listener
      },
      closed: closed.promise,
      close: () => closed.resolve(),
    })
    this.say({ type: 'hello', host: this.id, epoch: this.epoch, name: 'hand', version: 1, build: 'test', harnesses: ['scripted'] })
    for (const fact of earlier) this.say(fact)
    this.say({ type: 'synced' })
  }

  cut(): void {
    this.#engine = undefined
    this.#closed.resolve()
  }

  say(message: ToEngine): void {
    this.#engine?.(message)
  }

  /** Reports a fact of a session with the next number; returns the message, so that a test can repeat it. */
  fact(place: { session: string; turn?: string; tree?: string }, fact: HostFact): NumberedFact {
    this.#n += 1
    const { session, turn, tree = session } = place
    const message: NumberedFact = { type: 'fact', epoch: this.epoch, n: this.#n, tree, session, ...(turn === undefined ? {} : { turn }), fact }
    this.say(message)
    return message
  }

  /** The first order, already here or still to come, that fits. */
  order<Type extends ToHost['type']>(type: Type, fits: (message: Extract<ToHost, { type: Type }>) => boolean = () => true): Promise<Extract<ToHost, { type: Type }>> {
    // Proof: the type is compared first.
    const test = (message: ToHost) => message.type === type && fits(message as Extract<ToHost, { type: Type }>)
    const here = this.orders.find(test)
    const found = here === undefined ? new Promise<ToHost>((resolve) => this.#waiting.push({ test, resolve })) : Promise.resolve(here)
    return found as Promise<Extract<ToHost, { type: Type }>>
  }

  /** Forgets the orders seen so far. */
  forget(): void {
    this.orders.length = 0
  }

  /** All facts so far are durable in the engine. */
  acknowledged(n = this.#n): Promise<ToHost> {
    return this.order('ack', (message) => message.n >= n)
  }

  #take(message: ToHost): void {
    this.orders.push(message)
    const fitting = this.#waiting.filter(({ test }) => test(message))
    this.#waiting = this.#waiting.filter((each) => !fitting.includes(each))
    for (const { resolve } of fitting) resolve(message)
  }
}
