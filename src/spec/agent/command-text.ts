/** A program with its arguments and variables as one line that a shell would read the same way. */
export function commandText({ command, args = [], env = {} }: { readonly command: string; readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> }): string {
  return [...Object.entries(env).map(([name, value]) => `${name}=${word(value)}`), ...[command, ...args].map(word)].join(' ')
}

function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
