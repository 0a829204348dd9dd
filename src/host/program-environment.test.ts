import { expect, it } from 'vitest'
import { programEnvironment } from './program-environment.ts'

const environment = {
  PATH: '/bin', HOME: '/home/u', LC_ALL: 'C', XDG_RUNTIME_DIR: '/run/u', VENDOR_KEY: 'v', AWS_SECRET_ACCESS_KEY: 's', SSH_AUTH_SOCK: '/s', NODE_OPTIONS: '--x', MINE: 'm',
}
const none = { environment, credentials: [], configured: {}, agent: { pass: [], set: {} } }

it('passes on the allow-list and nothing else', () => {
  expect(programEnvironment(none)).toEqual({ PATH: '/bin', HOME: '/home/u', LC_ALL: 'C', XDG_RUNTIME_DIR: '/run/u' })
})

it('adds credentials that are set, what the agent names, and configured values, the nearest last', () => {
  const env = programEnvironment({
    environment, credentials: ['VENDOR_KEY', 'ABSENT'], configured: { MODE: 'a', MINE: 'configured' }, agent: { pass: ['MINE'], set: { MODE: 'b' } },
  })
  expect(env).toMatchObject({ VENDOR_KEY: 'v', MINE: 'configured', MODE: 'b' })
  expect(env).not.toHaveProperty('ABSENT')
  expect(env).not.toHaveProperty('AWS_SECRET_ACCESS_KEY')
})

it('leaves out what is no name', () => {
  expect(programEnvironment({ ...none, agent: { pass: [], set: { 'A=B': 'x', '': 'y', OK: 'z' } } })).toMatchObject({ OK: 'z' })
  expect(Object.keys(programEnvironment({ ...none, agent: { pass: [], set: { 'A=B': 'x' } } }))).not.toContain('A=B')
})

it('expands ${VAR} of the agent from the host, and says which is missing', () => {
  const set = (value: string) => programEnvironment({ ...none, agent: { pass: [], set: { MINE: value } } })['MINE']
  expect(set('a ${HOME} $${HOME}')).toBe('a /home/u ${HOME}')
  expect(() => set('${ABSENT}')).toThrow(/sets MINE from ABSENT/)
})
