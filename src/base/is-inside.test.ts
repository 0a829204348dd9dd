import { expect, it } from 'vitest'
import { isInside } from './is-inside.ts'

it.each([
  ['/a', '/a', true], ['/a', '/a/b', true], ['/a/', '/a/b', true], ['/', '/a', true], ['/a', '/a/..b', true], ['/a', '/a/b/../c', true],
  ['/a', '/ab', false], ['/a', '/', false], ['/a/b', '/a', false], ['/a', '/a/../b', false], ['/a', 'b', false], ['/', 'a', false],
])('of %s, %s: %s', (folder, path, inside) => {
  expect(isInside(folder, path)).toBe(inside)
})
