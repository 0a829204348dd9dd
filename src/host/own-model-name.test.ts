import { expect, it } from 'vitest'
import type { ModelProvider } from '../spec/ports/model-provider.ts'
import { aliasesOf, ownModelName } from './own-model-name.ts'

const providers: readonly ModelProvider[] = [
  { id: 'acme', title: 'Acme', keyEnv: [], aliases: { big: 'acme-big-5', small: 'acme-small-5' } },
  { id: 'other', title: 'Other', keyEnv: [], aliases: { quick: 'other-quick' } },
]
const one = { models: { providers: ['acme'], named: 'model', ownAliases: ['big'] } } as const
const many = { models: { providers: ['acme', 'other'], named: 'provider/model' } } as const

it.each([
  ['big', 'big', 'acme/acme-big-5'], ['small', 'acme-small-5', 'acme/acme-small-5'], ['quick', 'quick', 'other/other-quick'],
  ['acme/acme-x', 'acme-x', 'acme/acme-x'], ['other/y', 'other/y', 'other/y'], ['unheard-of', 'unheard-of', 'unheard-of'], ['constructor', 'constructor', 'constructor'],
])('names %s as a program of one service and one of several do', (model, single, several) => {
  expect([ownModelName(model, one, providers), ownModelName(model, many, providers), ownModelName(model, {}, providers)]).toEqual([single, several, model])
})

it('offers the short names that mean something there', () => {
  expect(aliasesOf(one, providers)).toEqual([{ name: 'big', model: 'big' }, { name: 'small', model: 'acme-small-5' }])
  expect(aliasesOf(many, providers).map(({ name }) => name)).toEqual(['big', 'small', 'quick'])
  expect(aliasesOf({}, providers)).toEqual([])
})
