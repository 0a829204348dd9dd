import { describe, expect, it } from 'vitest'
import { type HarnessChoice, selectHarness } from '../../src/spec/agent/select-harness.ts'
import { corpusMachine } from './agent-corpus.ts'

const select = (agent: HarnessChoice['agent'], more: Partial<HarnessChoice> = {}) => selectHarness({ ...corpusMachine, agent, ...more })

describe('selectHarness', () => {
  it('takes the first that is available here and says what it skipped', () => {
    expect(select({ harness: ['omni', 'codex', 'pi'] })).toEqual({ ok: true, harness: 'codex', notices: ['skipped: harness "omni" is not available yet'] })
  })

  it('skips a harness that cannot reach the model', () => {
    expect(select({ harness: ['codex', 'claude-code'], model: 'opus' })).toEqual({ ok: true, harness: 'claude-code', model: 'opus', notices: ['skipped: harness "codex" cannot reach model "opus" of anthropic'] })
  })

  it('takes the model of the map for the harness it chose, and passes unknown ones on', () => {
    expect(select({ harness: ['omni', 'codex'], model: { codex: 'gpt-5.5', omni: 'opus' } })).toMatchObject({ ok: true, harness: 'codex', model: 'gpt-5.5' })
    expect(select({ harness: ['codex'], model: { omni: 'opus' } })).not.toHaveProperty('model')
    expect(select({ harness: ['codex'], model: 'house-model' })).toMatchObject({ ok: true, model: 'house-model' })
  })

  it('lets a person choose', () => {
    expect(select({ harness: ['codex'], model: 'gpt-5.5' }, { requested: 'pi', requestedModel: 'sonnet' })).toMatchObject({ ok: true, harness: 'pi', model: 'sonnet' })
    expect(select({ harness: ['pi'] }, { requested: 'omni' })).toMatchObject({ ok: false })
  })

  it('falls back to the configured one only when the agent names none', () => {
    expect(select({ harness: [] }, { defaultHarness: 'pi' })).toMatchObject({ ok: true, harness: 'pi' })
    expect(select({ harness: ['omni'] }, { defaultHarness: 'pi' })).toMatchObject({ ok: false })
  })

  it('refuses with what is missing and what is here', () => {
    const here = 'available here: claude-code, codex, pi'
    expect(select({ harness: ['omni'] })).toEqual({ ok: false, message: `harness "omni" is not available yet; ${here}` })
    expect(select({ harness: ['acp:gemini'] })).toEqual({ ok: false, message: `harness "acp:gemini" is not available yet; ${here}` })
    expect(select({ harness: [] }, { requested: 'codx' })).toEqual({ ok: false, message: `there is no harness "codx" (did you mean "codex"?); ${here}` })
    expect(select({ harness: [] })).toEqual({ ok: false, message: `the agent names no harness and none is configured; ${here}` })
    expect(select({ harness: ['omni'] }, { knownHarnesses: [{ id: 'omni', available: false }] })).toMatchObject({ message: expect.stringMatching(/; none is available here$/) as string })
  })
})
