import { styleText } from 'node:util'
import { printable } from '../base/printable.ts'
import { boxWords } from '../spec/view/box-words.ts'
import type { SessionView } from '../spec/view/session-view.ts'

/** What confines the session, as one line; red where nothing does. */
export function sandboxLine(box: Pick<NonNullable<SessionView['box']>, 'profile' | 'advisory'>, color: boolean): string {
  const words = printable(boxWords(box))
  return color ? styleText(box.advisory ? 'red' : 'dim', words, { validateStream: false }) : words
}
