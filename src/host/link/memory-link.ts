import type { FaultPoint, ReachFault } from '../../spec/ports/faults.ts'
import { noFaults } from '../../spec/ports/faults.ts'
import type { EngineEnd, HostEnd, LinkEnd, ToEngine, ToHost } from '../../spec/ports/host-link.ts'

export interface MemoryLink {
  readonly engine: EngineEnd
  readonly host: HostEnd
  /** Breaks the link: what is under way is lost, as when a cable is pulled. */
  cut(): void
}

/**
 * Both ends of a link in one process. Messages arrive one per microtask, in order, as copies.
 * @param crashed told when an end's listener throws, as a fault point in the simulation does: that end is dead, the link
 *   cut. Without it the error is thrown into the void, where the process notices.
 */
export function createMemoryLink(faults: ReachFault = noFaults, crashed: (error: unknown) => void = rethrow): MemoryLink {
  const ended = Promise.withResolvers<void>()
  let open = true
  const cut = () => {
    open = false
    ended.resolve()
  }
  const fail = (error: unknown) => {
    cut()
    crashed(error)
  }
  const toHost = createWay<ToHost>(() => open, fail)
  const toEngine = createWay<ToEngine>(() => open, fail)
  const reach = (point: FaultPoint) => {
    try {
      faults(point)
    } catch (error) {
      cut() // The end that sends is dead.
      throw error
    }
  }
  const end = <Out, In>(out: Way<Out>, incoming: Way<In>, name: 'to-host' | 'to-engine'): LinkEnd<Out, In> => ({
    send(message) {
      reach(`link.${name}.before`)
      out.send(message)
      reach(`link.${name}.after`)
    },
    onMessage: (listener) => incoming.listen(listener),
    closed: ended.promise,
    close: cut,
  })
  return { engine: end(toHost, toEngine, 'to-host'), host: end(toEngine, toHost, 'to-engine'), cut }
}

interface Way<Message> {
  send(message: Message): void
  listen(listener: (message: Message) => void): void
}

function rethrow(error: unknown): never {
  throw error
}

function createWay<Message>(isOpen: () => boolean, fail: (error: unknown) => void): Way<Message> {
  const underWay: string[] = []
  let hear: ((message: Message) => void) | undefined
  const deliver = () => {
    if (!isOpen() || hear === undefined) return
    const text = underWay.shift()
    if (text === undefined) return
    try {
      // Proof: only `send` puts text here, made from a Message.
      hear(JSON.parse(text) as Message)
    } catch (error) {
      fail(error)
    }
  }
  return {
    send(message) {
      if (!isOpen()) return
      // As text, as on a socket: the two ends must not share an object, and what JSON cannot say must not get through.
      underWay.push(JSON.stringify(message))
      queueMicrotask(deliver)
    },
    listen(listener) {
      hear = listener
      for (const _ of underWay) queueMicrotask(deliver)
    },
  }
}
