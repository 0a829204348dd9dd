import { actionKinds, commonFields, type FieldKind, policyTypes, subjectFields, typeSubjects } from './subjects.ts'

const kindWords: Readonly<Record<FieldKind, string>> = {
  text: 'text', path: 'path', host: 'host', url: 'address', model: 'model', words: 'words', texts: 'texts', number: 'number', boolean: 'yes or no', window: 'time window',
}

/** The tables of `docs/policies.md` that say what may be tested, made from what is tested. */
export function policyReference(): string {
  const fields = (table: Readonly<Record<string, FieldKind>>) => Object.entries(table).map(([name, kind]) => `\`${name}\` (${kindWords[kind]})`).join(', ')
  return [
    '| Type | Speaks of |', '| --- | --- |',
    ...policyTypes.map((type) => {
      const subjects = typeSubjects[type]
      return `| \`${type}\` | ${subjects === 'any' ? 'any action' : subjects.map((subject) => `\`${subject}\``).join(', ')} |`
    }),
    '', '| Action | Fields of `match` |', '| --- | --- |',
    `| any | ${fields(commonFields)} |`,
    ...actionKinds.map((kind) => `| \`${kind}\` | ${fields(subjectFields[kind])} |`),
  ].join('\n')
}
