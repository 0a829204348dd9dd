import { describe, expect, it } from 'vitest'
import { absolutePath, pathTest } from './match-path.ts'

const place = { workspace: '/home/ann/app', home: '/home/ann' }
const fits = (pattern: string, path: string, at = place) => pathTest([pattern])(path, at)

describe('path patterns', () => {
  it.each([
    ['src/**', 'src/a/b'], ['src/**', 'src'], ['src/**', '/home/ann/app/src'], ['src/*', './src/a'], ['**', '/etc/passwd'], ['**/.env', '.env'], ['**/.env', '/srv/x/.env'], ['**/a/**', 'x/a'], ['~', '/home/ann'], ['~/**', '/home/ann/x'], ['~/.ssh/**', '/home/ann/.ssh'], ['~/*', '/home/ann/x'],
    ['/etc/**', '/etc/x'], ['/etc/**', '/etc'], ['/home/ann/app/a', 'a'], ['a', 'b/../a'], ['a.{js,ts}', 'a.ts'], ['./a', 'a'], ['~x', '~x'],
  ])('%s fits %s', (pattern, path) => {
    expect(fits(pattern, path)).toBe(true)
  })
  it.each([
    ['src/**', 'srcs/a'], ['src/**', '/home/ann/src/a'], ['src/*', 'src'], ['src/*', 'src/a/b'], ['a', '/a'], ['/a', 'a'], ['~', 'app'], ['~/a', 'a'], ['~/*', '/home/bob/x'], ['app', '/home/ann/app'], ['**/.env', '.env2'], ['*', '/home/ann'], ['*', '/home/ann/app'], ['x', '../app2/x'], ['~x', '/home/annx'],
  ])('%s does not fit %s', (pattern, path) => {
    expect(fits(pattern, path)).toBe(false)
  })
  it('are one of them that has to fit', () => {
    expect([pathTest(['a', 'b'])('b', place), pathTest(['a', 'b'])('c', place), pathTest([])('a', place)]).toEqual([true, false, false])
  })
  it('of the workspace fit nothing where it lies deeper than the path', () => {
    expect(fits('**/x', '/home/x')).toBe(true)
    expect(fits('ann/x', '/home/ann/x')).toBe(false)
  })
})

it('writes a path always in one way', () => {
  expect(['a//b/./c', 'a/b/x/../c', '/home/ann/app/a/b/c', '../app/a/b/c'].map((path) => absolutePath(path, place.workspace))).toEqual(Array.from({ length: 4 }, () => '/home/ann/app/a/b/c'))
  expect([absolutePath('/../..', '/w'), absolutePath('.', '/w')]).toEqual(['/', '/w'])
})
