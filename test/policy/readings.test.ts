import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readLine } from './read-line.ts'
import { describeReading, parseReadings } from './readings.ts'

describe.each(globSync('test/policy/readings/*.txt').toSorted())('%s', (path) => {
  const readings = parseReadings(readFileSync(path, 'utf8'))
  it.each(readings.map(({ shellCase, expected }) => ({ ...shellCase, expected })))('$line', ({ expected, ...shellCase }) => {
    expect(describeReading(readLine(shellCase))).toEqual(expected)
  })
})
