import { startModelStub } from '../test/model-stub/model-stub.ts'
import { findBareProgram } from './bare-program.ts'
import { type BenchRow, percentile } from './bench-row.ts'
import { buildPackage } from './built-package.ts'
import { subscribe } from './live-client.ts'
import { modelOf, omniWorld, type OmniWorld } from './omni-world.ts'

const warmTurns = 3
const turns = 25
const maxAddedMs = 30
export const programs = ['pi', 'codex', 'claude-code', 'claude-sdk', 'openai-agents', 'omni', 'gemini'] as const
export const prompt = 'Say it. PLAN:[{"say":"here is the answer"}]'

/** V1: a prompt is sent to the real server → its first text at a live subscriber, turn by turn beside the same program driven bare. */
export async function benchTurn(): Promise<BenchRow[]> {
  const [stub, built] = [await startModelStub(), await buildPackage()]
  const world = await omniWorld({ entry: built.entry, modelUrl: stub.url })
  const rows: BenchRow[] = []
  for (const id of programs) rows.push(...(await measure(id, { modelUrl: stub.url, entry: built.entry }, world)))
  await world.close()
  await built.close()
  await stub.close()
  return rows
}

async function measure(id: string, place: { readonly modelUrl: string; readonly entry: string }, world: OmniWorld): Promise<BenchRow[]> {
  const found = await findBareProgram(id, place)
  const [bare, ours] = [await found.start(), await omniSession(id, world)]
  const times: { bare: number; ours: number }[] = []
  // In turns, so that both meet the same machine.
  for (let turn = 0; turn < warmTurns + turns; turn += 1) times.push({ bare: await bare.turn(prompt), ours: await ours.turn(prompt) })
  await bare.close()
  await found.close()
  ours.close()
  const warm = times.slice(warmTurns)
  const row = (name: string, share: number): BenchRow => {
    const [mine, floor] = [percentile(warm.map((each) => each.ours), share), percentile(warm.map((each) => each.bare), share)]
    return { id: 'V1', measure: `warm turn, ${id}: prompt → first text, ${name}`, ours: mine, floor, unit: 'ms', bar: `≤ floor + ${maxAddedMs} ms`, met: mine - floor <= maxAddedMs }
  }
  return [row('median', 0.5), row('p95', 0.95)]
}

/** A session with one subscriber. The clock starts before the request is sent, so accepting it counts as ours. */
async function omniSession(id: string, world: OmniWorld) {
  const { client, url, token } = await world.connect()
  const { session } = await client.createSession({ agent: { name: 'hello' }, harness: id, model: modelOf[id] ?? 'stub-1', workspace: { mode: 'here', path: world.folder } })
  let hear: (message: string) => void = () => undefined
  const socket = await subscribe({ url, token, session }, (message) => hear(message.toString('utf8')))
  return {
    async turn(text: string): Promise<number> {
      const [first, ended] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()]
      hear = (message) => {
        if (message.startsWith('{"type":"delta"') && message.includes('"kind":"text"')) first.resolve(performance.now())
        if (message.includes('"type":"turn.ended"')) ended.resolve()
      }
      const started = performance.now()
      await client.command(session, { type: 'turn.start', text })
      await ended.promise
      // A turn without text never resolves `first`: better a stop here than a number that means nothing.
      return (await Promise.race([first.promise, Promise.reject(new Error(`${id} said nothing`))])) - started
    },
    close: () => socket.close(),
  }
}
