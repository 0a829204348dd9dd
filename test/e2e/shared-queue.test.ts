import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { SessionState } from '../../src/client/live-session.ts'
import { readEvent } from '../../src/spec/events/session-event.ts'
import { applyEvent, emptyView } from '../../src/spec/view/apply-event.ts'
import type { SessionView } from '../../src/spec/view/session-view.ts'
import { launchBrowser, openPage } from '../support/browser.ts'
import { type CliServer, startCliServer } from '../support/cli-server.ts'
import { makeGate } from '../support/gate.ts'
import { seed, share } from '../support/lane.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { openEventStream } from '../support/stream-clients.ts'
import { openTerminal } from '../support/terminal.ts'
import { type Accepted, afterOrders, markOf, nextOrder, noteOf, type QueueEditor, send } from '../support/two-queue-editors.ts'

const prompts = 5
const rounds = 6
const count = share('interleavings of two queue editors', 10, 100)
const queueOf = (view: SessionView | undefined) => view?.queue.map(({ prompt, text }) => ({ prompt, text }))

/** Resolves once what the editor sees is so. */
function until({ live }: QueueEditor, isSo: (state: SessionState) => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = () => isSo(live.state) && resolve()
  const stop = live.subscribe(look)
  look()
  return promise.finally(stop)
}

function openEditor(server: CliServer, session: string, name: string): QueueEditor {
  const client = server.connect()
  const live = client.openSession(session)
  onTestFinished(() => live.close())
  return { name, client, live }
}

/** Five prompts wait: behind a turn that runs, or held after a stop. Gives what lets them go. */
async function queueFive(server: CliServer, session: string, { editor, file, held }: { editor: QueueEditor; file: string; held: boolean }): Promise<() => Promise<unknown>> {
  const { client } = editor
  const gate = makeGate(server.cli.folder, `gate-${file}`)
  await client.command(session, { type: 'turn.start', text: `PLAN:${JSON.stringify([held ? { stall: true } : { shell: gate.wait }])}` })
  for (let each = 1; each <= prompts; each += 1) await client.command(session, { type: 'turn.start', text: noteOf(`p${each}`, file) })
  if (!held) return () => gate.open()
  await client.command(session, { type: 'turn.interrupt' })
  await until(editor, ({ view }) => view?.queueHeld === true)
  return () => client.command(session, { type: 'queue.run' })
}

/** Rounds of one or both at once; in a round of both, each sends two orders without waiting for anything. */
async function edit(editors: readonly QueueEditor[], session: string, { random, file }: { random: () => number; file: string }) {
  const accepted: Accepted[] = []
  let refused = 0
  let together = 0
  for (let round = 1; round <= rounds; round += 1) {
    const pick = Math.floor(random() * 4)
    const turns = editors[pick] === undefined ? [...editors, ...editors] : [editors[pick]]
    if (turns.length > 1) together += 1
    const orders = turns.flatMap((editor, at) => {
      const order = nextOrder(editor, round * 10 + at, { random, file })
      return order === undefined ? [] : [{ editor, order }]
    })
    const results = await Promise.all(orders.map(async ({ editor, order }) => ({ order, result: await send(editor, session, order) })))
    for (const { order, result } of results) {
      if (result === 'refused') refused += 1
      else accepted.push({ order, seq: result.seq })
    }
    const seq = Math.max(0, ...accepted.map((each) => each.seq))
    for (const editor of editors) await until(editor, (state) => state.seq >= seq)
  }
  return { accepted, refused, together }
}

/** What a browser and a terminal show of the queue that was agreed upon. */
async function shownTo(server: CliServer, session: string, marks: readonly string[]): Promise<void> {
  const browser = await launchBrowser()
  onTestFinished(() => browser.close())
  const { page } = await openPage(browser, { scheme: 'light', width: 1_440 })
  await page.goto(`${server.url}/s/${session}#token=${server.token}`)
  const rows = page.getByRole('region', { name: 'Queue' }).getByRole('listitem')
  await rows.first().waitFor()
  expect((await rows.allInnerTexts()).map(markOf)).toEqual(marks)
  const terminal = openTerminal(server.cli, ['attach', session])
  await terminal.until((text) => text.includes('› PLAN'))
  terminal.type('/queue')
  await terminal.until((text) => text.includes(`  ${marks.length}. `) && text.endsWith('\n'))
  expect([...terminal.text().matchAll(/^ {2}\d+\. (.*)$/gm)].map((match) => markOf(match[1] ?? ''))).toEqual(marks)
}

it('agrees on what two make of one queue at once, and runs exactly that', { timeout: 60_000 + count * 6_000 }, async () => {
  const server = await startCliServer()
  const sum = { together: 0, refused: 0, accepted: 0 }
  for (let index = 0; index < count; index += 1) {
    const file = `ran-${index}`
    const held = index % 2 === 1
    const session = await server.session()
    const editors = ['a', 'b'].map((name) => openEditor(server, session, name))
    const [first] = editors
    if (first === undefined) throw new Error('no editor')
    const stream = openEventStream({ ...server, session })
    const letGo = await queueFive(server, session, { editor: first, file, held })
    for (const editor of editors) await until(editor, ({ view }) => view?.queue.length === prompts && view.queueHeld === held)
    const before = queueOf(first.live.state.view) ?? []
    const { accepted, refused, together } = await edit(editors, session, { random: seededRandom(`queue/${seed}/${index}`), file })
    sum.together += together
    sum.refused += refused
    sum.accepted += accepted.length

    const agreed = afterOrders(before, accepted)
    expect(agreed.length).toBeGreaterThan(0)
    const { view } = await first.client.session(session)
    await stream.until(({ events }) => events.length >= view.seq)
    const streamed = stream.events.reduce((folded, event) => applyEvent(folded, readEvent(event)), emptyView(session, session))
    const views = { server: view, stream: streamed, ...Object.fromEntries(editors.map(({ name, live }) => [name, live.state.view])) }
    for (const [name, each] of Object.entries(views)) expect([index, name, queueOf(each)]).toEqual([index, name, agreed])
    if (index === 0) await shownTo(server, session, agreed.map(({ text }) => markOf(text)))

    await letGo()
    for (const editor of editors) await until(editor, ({ view: now }) => now?.turn === undefined && now?.queue.length === 0)
    const ran = (await readFile(join(server.cli.folder, file), 'utf8')).trim().split('\n')
    expect([index, ran]).toEqual([index, agreed.map(({ text }) => markOf(text))])
    for (const { live } of editors) live.close()
  }
  process.stdout.write(`two queue editors: ${sum.accepted} orders taken, ${sum.refused} refused, ${sum.together} rounds together\n`)
  expect(sum.together).toBeGreaterThanOrEqual(count)
})
