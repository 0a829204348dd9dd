import { printable } from '../../base/printable.ts'

/** Text from outside in a line of ours: a path, a command, a title. Characters that hide or reorder text are shown. */
export function PlainText({ text, className = '' }: { readonly text: string; readonly className?: string }) {
  return <bdi className={className}>{printable(text)}</bdi>
}
