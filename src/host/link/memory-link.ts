import type { ReachFault } from '../../spec/ports/faults.ts'
import { noFaults } from '../../spec/ports/faults.ts'
import type { EngineEnd, HostEnd, LinkEnd, ToEngine, ToHost } from '../../spec/ports/host-link.ts'

export interface MemoryLink {
  readonly engine: EngineEnd
  readonly host: HostEnd
  /** Breaks the link: what is under way is lost, as when a cable is pulled. */
  cut(): void
}

/** Both ends of a link in one process. Messages arrive one per microtask, in order, as copies. */
export function createMemoryLink(faults: ReachFault = noFaults): MemoryLink {
  const ended = Promise.withResolvers<void>()
  let open = true
  const cut = () => {
    open = false
    ended.resolve()
  }
  const toHost = createWay<ToHost>(() => open)
  const toEngine = createWay<ToEngine>(() => open)
  const end = <Out, In>(out: Way<Out>, incoming: Way<In>, name: 'to-host' | 'to-engine'): LinkEnd<Out, In> => ({
    send(message) {
      faults(`link.${name}.before`)
      out.send(message)
      faults(`link.${name}.after`)
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

function createWay<Message>(isOpen: () => boolean): Way<Message> {
  const underWay: string[] = []
  let hear: ((message: Message) => void) | undefined
  const deliver = () => {
    if (!isOpen() || hear === undefined) return
    const text = underWay.shift()
    // Proof: only `send` puts text here, made from a Message.
    if (text !== undefined) hear(JSON.parse(text) as Message)
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
