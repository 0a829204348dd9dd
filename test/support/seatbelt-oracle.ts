/** A small reader of sandbox profiles, written from what is known of them and not from how ours are made: strings, lists, and of rules those about files. */
export type Form = string | { readonly string: string } | { readonly raw: string } | readonly Form[]

/** @throws {Error} for a text that is no row of expressions */
export function readForms(text: string): readonly Form[] {
  const open: Form[][] = [[]]
  let at = 0
  const add = (form: Form): void => void open.at(-1)?.push(form)
  while (at < text.length) {
    const char = text[at] ?? ''
    if (char === '(') open.push([])
    else if (char === ')') {
      const done = open.pop()
      if (done === undefined || open.length === 0) throw new Error(`a list too many ends at ${at}`)
      add(done)
    } else if (char === ';') while (at + 1 < text.length && text[at + 1] !== '\n') at += 1
    else if (char === '"') {
      let value = ''
      for (at += 1; text[at] !== '"'; at += 1) {
        if (at >= text.length) throw new Error('a string does not end')
        // TinyScheme: `\n`, `\t`, `\r`, `\x` and digits mean something; any other character stands for itself.
        if (text[at] === '\\') {
          at += 1
          if (/[ntrxX0-7]/.test(text[at] ?? '')) throw new Error(`an escape of another meaning: \\${text[at]}`)
        }
        value += text[at]
      }
      if (Buffer.byteLength(value) > 255) throw new Error('a string is too long')
      add({ string: value })
    } else if (text.startsWith('#"', at)) {
      const end = text.indexOf('"', at + 2)
      add({ raw: text.slice(at + 2, end) })
      at = end
    } else if (!/\s/.test(char)) {
      const word = /^[^\s()";]+/.exec(text.slice(at))?.[0] ?? char
      add(word)
      at += word.length - 1
    }
    at += 1
  }
  if (open.length !== 1) throw new Error('a list does not end')
  return open[0] ?? []
}

/** May a program do this with this path? The last rule that matches decides. @param operation of files, a single one: `file-read-data` … */
export function seatbeltOracle(profile: string): (operation: string, path: string) => boolean {
  const rules = readForms(profile).map((form) => {
    const [effect, ...rest] = Array.isArray(form) ? (form as readonly Form[]) : []
    if (effect !== 'allow' && effect !== 'deny' && effect !== 'version') throw new Error(`no rule: ${JSON.stringify(form)}`)
    return { effect, operations: rest.filter((each) => typeof each === 'string'), filters: rest.filter((each) => typeof each !== 'string') }
  })
  return (operation, path) => {
    const last = rules.findLast(({ effect, operations, filters }) => effect !== 'version' && operations.some((each) => covers(each, operation)) && (filters.length === 0 || filters.some((filter) => matches(filter, path))))
    return last?.effect === 'allow'
  }
}

const covers = (named: string, operation: string): boolean => named === 'default' || named === operation || (named.endsWith('*') && operation.startsWith(named.slice(0, -1)))

function matches(filter: Form, path: string): boolean {
  if (typeof filter === 'string' || !Array.isArray(filter)) throw new Error(`no filter: ${JSON.stringify(filter)}`)
  const [name, ...values] = filter as readonly Form[]
  const value = (): string => (values[0] === undefined ? '' : textOf(values[0]))
  switch (name) {
    case 'literal': return path === value()
    case 'subpath': return path === value() || path.startsWith(value() === '/' ? '/' : `${value()}/`)
    case 'regex': return new RegExp(value(), 's').test(path)
    case 'require-all': return values.every((each) => matches(each, path))
    // Granted to single terminals as programs make them.
    case 'extension': return false
    default: throw new Error(`a filter of no file: ${JSON.stringify(filter)}`)
  }
}

export function textOf(form: Form): string {
  if (typeof form === 'string') return form
  if ('string' in form) return form.string
  if ('raw' in form) return form.raw
  const [name, ...parts] = form
  if (name !== 'string-append') throw new Error(`no text: ${JSON.stringify(form)}`)
  return parts.map(textOf).join('')
}
