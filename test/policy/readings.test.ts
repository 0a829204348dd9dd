import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readLine } from './read-line.ts'
import { describeReading, parseReadings } from './readings.ts'

/** A topic at a time: thousands of tests of a line each would be slow to choose from where single faults are tried. */
describe.each(globSync('test/policy/readings/*.txt').toSorted())('%s', (path) => {
  const readings = parseReadings(readFileSync(path, 'utf8'))
  it.each([...new Set(readings.map(({ topic }) => topic))])('%s', (wanted) => {
    const ofTopic = readings.filter(({ topic }) => topic === wanted)
    expect(ofTopic.map(({ shellCase }) => [shellCase.line, ...describeReading(readLine(shellCase))].join('\n'))).toEqual(ofTopic.map(({ shellCase, expected }) => [shellCase.line, ...expected].join('\n')))
  })
})
