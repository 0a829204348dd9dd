import { expect, it } from 'vitest'
import { expandServers } from './expand-servers.ts'

it('fills in variables where an agent file may have them, and nowhere else', () => {
  const servers = { local: { command: '${A}', args: ['${A}'], env: { TOKEN: 'x-${A}' } }, far: { url: 'https://${A}/', headers: { authorization: 'Bearer ${A}' } } }
  expect(expandServers(servers, { A: 'one' })).toEqual({
    local: { command: '${A}', args: ['${A}'], env: { TOKEN: 'x-one' } }, far: { url: 'https://one/', headers: { authorization: 'Bearer one' } },
  })
})

it('names the server and what is missing', () => {
  expect(() => expandServers({ far: { url: 'https://${GONE}/', headers: {} } }, {})).toThrow(/far needs GONE/)
})
