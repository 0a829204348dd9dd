import type { HostFact, ToEngine, ToHost } from '../src/spec/ports/host-link.ts'
import { pathsOf } from '../src/app/paths.ts'
import { dialUnix } from '../src/host/link/dial-unix.ts'
import { realClock } from '../test/support/real-clock.ts'

export interface RunningTurn {
  readonly session: string
  readonly turn: string
}

export interface PlayedHost {
  /** The turn that the server orders of this session, now or later. */
  turnOf(session: string): Promise<RunningTurn>
  say(message: ToEngine): void
  /** Reports a fact; resolves when the server has it on disk. */
  fact(at: RunningTurn, fact: HostFact): Promise<void>
  close(): Promise<void>
}

/** A host played by hand on the server's own unix socket: the bench says what harnesses say, at its own pace. */
export async function playHost(home: string): Promise<PlayedHost> {
  const epoch = `epo_${Date.now()}`
  const orders = new Map<string, PromiseWithResolvers<RunningTurn>>()
  const orderOf = (session: string) => {
    const known = orders.get(session) ?? Promise.withResolvers<RunningTurn>()
    orders.set(session, known)
    return known
  }
  let acknowledgements: { n: number; resolve: () => void }[] = []
  let n = 0
  const linked = Promise.withResolvers<(message: ToEngine) => void>()
  const take = (message: ToHost) => {
    if (message.type === 'turn.run') orderOf(message.setup.session).resolve({ session: message.setup.session, turn: message.turn })
    if (message.type !== 'ack') return
    for (const each of acknowledgements) if (each.n <= message.n) each.resolve()
    acknowledgements = acknowledgements.filter((each) => each.n > message.n)
  }
  const dialling = dialUnix(pathsOf(home).serverSocket, {
    clock: realClock, report: () => undefined,
    onLink: (link) => {
      link.onMessage(take)
      link.send({ type: 'hello', host: 'hst_bench', epoch, name: 'bench', version: 1, build: '0', harnesses: ['scripted'] })
      link.send({ type: 'synced' })
      linked.resolve((message) => link.send(message))
    },
  })
  const say = await linked.promise
  return {
    turnOf: (session) => orderOf(session).promise,
    say,
    fact({ session, turn }, fact) {
      const number = (n += 1)
      const durable = new Promise<void>((resolve) => acknowledgements.push({ n: number, resolve }))
      say({ type: 'fact', epoch, n: number, tree: session, session, turn, fact })
      return durable
    },
    close: () => dialling.close(),
  }
}
