import { createLineSplitter } from '../../../../base/line-splitter.ts'

export interface SplitEvent {
  /** Empty without a name. */
  readonly event: string
  /** Its data lines; empty for comments and keep-alives. */
  readonly data: string
  /** As it came, its blank line included. */
  readonly raw: string
}

export interface EventSplitter {
  /** @throws {LineTooLongError} when one line, or a `RangeError` when one event, is larger than the limit. */
  push(chunk: Uint8Array): SplitEvent[]
  /** What is left of an unfinished event, as it came. */
  end(): string
}

/**
 * Splits bytes into server-sent events, wherever they are cut, and keeps what each looked like. Lines end with LF or CR LF.
 * @see HTML Living Standard, "Server-sent events", event stream interpretation
 */
export function createEventSplitter(maxBytes: number): EventSplitter {
  const lines = createLineSplitter(maxBytes)
  let [raw, event, data, held] = [[] as string[], '', [] as string[], 0]
  let first = true

  const finish = (): SplitEvent => {
    const done = { event, data: data.join('\n'), raw: `${raw.join('\n')}\n` }
    ;[raw, event, data, held] = [[], '', [], 0]
    return done
  }
  const take = (line: string): SplitEvent | undefined => {
    raw.push(line)
    held += line.length
    if (held > maxBytes) throw new RangeError(`an event is longer than ${maxBytes} bytes`)
    const bare = (first ? line.replace(/^\uFEFF/, '') : line).replace(/\r$/, '')
    first = false
    if (bare === '') return finish()
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(bare) ?? []
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    return undefined
  }

  return {
    push: (chunk) => lines.push(chunk).map(take).filter((each) => each !== undefined),
    end: () => [...raw, lines.end() ?? ''].join('\n'),
  }
}
