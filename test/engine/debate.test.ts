import { describe, expect, it } from 'vitest'
import { family } from '../support/family-world.ts'

type Family = Awaited<ReturnType<typeof family>>
const verdict = (agrees: boolean, changed: boolean, remaining: readonly string[] = []): string => JSON.stringify({ agrees, changed, remaining })

/** A debate of two heads under way. */
async function debate(input: Record<string, string | readonly string[]> = {}, tool = 'debate') {
  const all = await family()
  const { request, answer } = await all.call(all.lead, tool, { agents: ['left', 'right'], question: 'Tabs or spaces?', ...input })
  const heads = (await all.events('child.spawned')).map(({ child }) => child) as [string, string]
  for (const head of heads) await all.runs(head)
  return { all, request, answer, heads, ...rounds(all, heads) }
}

function rounds(all: Family, heads: readonly [string, string]) {
  return {
    /** Both say something; a round begins when both are done, unless this is the last. */
    async say(left: string, right: string, last = false): Promise<void> {
      await all.finishes(heads[0], left)
      await all.finishes(heads[1], right)
      if (!last) for (const head of heads) await all.runs(head)
    },
  }
}

describe('a debate', () => {
  it('asks each head alone first, then shows it the others, and ends when all agree', async () => {
    const { all, answer, heads, say } = await debate()
    expect([await all.prompts(heads[0]), await all.prompts(heads[1])]).toEqual([['Tabs or spaces?'], ['Tabs or spaces?']])
    await say('Tabs.', 'Spaces.')
    const [, second = ''] = await all.prompts(heads[0])
    expect(second).toMatch(/Round 1[^]*## right\n\nSpaces\.[^]*strongest objection/)
    expect(second).not.toContain('Tabs.')
    await say(`Tabs, still.\n${verdict(false, false, ['width'])}`, `Tabs, then.\n${verdict(true, true)}`)
    await say(`Tabs.\n${verdict(true, false)}`, `Tabs it is.\n\`\`\`json\n${verdict(true, false)}\n\`\`\``, true)
    const { text, failed } = await answer
    expect(failed).toBe(false)
    expect(text).toMatch(/They agree after round 2\.\n\n### left\n\nTabs\.\n\n### right\n\nTabs it is\.$/)
    expect(await all.events('debate.ended')).toMatchObject([{ reason: 'agree', round: 2 }])
    expect(await all.events('inbox.posted')).toHaveLength(1)
  })

  it('ends after its rounds, with what is disputed and by whom', async () => {
    const { answer, say } = await debate({ rounds: 1 } as never)
    await say('Tabs.', 'Spaces.')
    await say(`Tabs, narrower.\n${verdict(false, true, ['width', 'alignment'])}`, `Spaces.\n${verdict(false, false, ['width'])}`, true)
    expect((await answer).text).toMatch(/do not agree after 1 rounds\.[^]*### left\n\nTabs, narrower\.[^]*### right\n\nSpaces\.\n\nStill disputed:\n- width\n- alignment$/)
  })

  it('ends when nobody changes any more', async () => {
    const { all, answer, say } = await debate()
    await say('Tabs.', 'Spaces.')
    await say(`Tabs.\n${verdict(false, false, ['all of it'])}`, `Spaces.\n${verdict(false, false)}`, true)
    expect((await answer).text).toContain('Nobody changed their answer in round 1')
    expect(await all.events('debate.ended')).toMatchObject([{ reason: 'unchanged' }])
  })

  it('goes on while one changes sides, and while one does not say clearly', async () => {
    const { all, answer, say } = await debate()
    await say('Tabs.', 'Spaces.')
    await say(`Spaces!\n${verdict(false, true)}`, `Tabs!\n${verdict(false, true)}`)
    await say('I forgot the form.', `Tabs.\n${verdict(false, false)}`)
    await say(`Tabs.\n${verdict(true, true)}`, `Tabs.\n${verdict(true, false)}`, true)
    expect((await answer).text).toContain('They agree after round 3.')
    expect((await all.events('debate.advanced')).map(({ round }) => round)).toEqual([1, 2, 3])
  })

  it('says which head failed, and ends when one is left', async () => {
    const { all, answer, heads } = await debate()
    await all.finishes(heads[0], 'Tabs.')
    await all.fact(heads[1], { type: 'turn.settled', outcome: 'failed', reason: 'It ran out of memory.' })
    const { text } = await answer
    expect(text).toMatch(/fewer than two heads were left\.[^]*### left\n\nTabs\.[^]*### right\n\nIt failed: It ran out of memory\./)
    expect(await all.events('debate.ended')).toMatchObject([{ reason: 'heads', words: [{ type: 'said' }, { type: 'failed' }] }])
  })

  it('goes on when nobody waits for it, wakes who began it once it is over, and survives the server', async () => {
    const { all, request, heads, say } = await debate()
    await all.fact(all.lead, { type: 'omni.gone', request })
    await say('Tabs.', 'Spaces.')
    await all.world.restart()
    all.world.connect()
    await all.finishes(all.lead, 'They talk.')
    await all.finishes(heads[0], `Tabs.\n${verdict(true, false)}`)
    expect(await all.prompts()).toHaveLength(1)
    await all.finishes(heads[1], `Tabs.\n${verdict(true, true)}`)
    await all.runs(all.lead)
    expect((await all.prompts())[1]).toMatch(/## debate \(Tabs or spaces\?\) has finished\n\nThey agree after round 1/)
    expect(await all.events('inbox.posted')).toHaveLength(1)
  })

  it('is waited for by wait', async () => {
    const { all, request, say } = await debate()
    await all.fact(all.lead, { type: 'omni.gone', request })
    const waiting = await all.call(all.lead, 'wait')
    await say('Tabs.', 'Spaces.')
    await say(`Tabs.\n${verdict(true, false)}`, `Tabs.\n${verdict(true, true)}`, true)
    expect((await waiting.answer).text).toContain('They agree after round 1')
  })

  it.each([
    ['one head', { agents: ['left'], question: 'x' }, 'agents'], ['the same head twice', { agents: ['left', 'left'], question: 'x' }, 'at least two heads'], ['a head that is not there', { agents: ['left', 'nobody'], question: 'x' }, 'no sub-agent nobody'],
    ['a head that would write', { agents: ['left', 'writer'], question: 'x' }, 'would write in the folder'],
  ])('starts nobody for %s', async (_name, input, says) => {
    const all = await family()
    expect(await all.ask(all.lead, 'debate', input)).toMatchObject({ failed: true, text: expect.stringContaining(says) })
    expect(await all.events('child.spawned')).toEqual([])
  })
})

it('asks all one question, none seeing the others, and tells what each said', async () => {
  const { all, answer, say } = await debate({}, 'ask_all')
  await say('Tabs.', 'Spaces.', true)
  expect((await answer).text).toMatch(/Each answered without seeing the others\.\n\n### left\n\nTabs\.\n\n### right\n\nSpaces\.$/)
  expect(await all.events('debate.advanced')).toEqual([])
  expect((await all.world.view(all.lead)).children).toMatchObject([{ handle: 'left', debate: expect.any(String) }, { handle: 'right' }])
})
