import { useContext, useState } from 'react'
import { printable } from '../../base/printable.ts'
import type { StoredText } from '../../spec/stored-text.ts'
import { Button } from '../ui/button.tsx'
import { bytes } from '../ui/format.ts'
import { ActionsContext } from '../session/actions-context.ts'

/** Longest text drawn at once, in characters; the rest is in the export. */
const maxChars = 400_000

/** Fetches a text of which only the two ends are here. */
export function WholeText({ stored }: { readonly stored: Extract<StoredText, { blob: string }> }) {
  const actions = useContext(ActionsContext)
  const [whole, setWhole] = useState<string>()
  const [busy, setBusy] = useState(false)
  const show = async () => {
    setBusy(true)
    setWhole(await actions?.blob(stored.blob))
    setBusy(false)
  }
  if (whole === undefined) return <Button small disabled={busy} onClick={() => void show()}>Show all {bytes(stored.bytes)}</Button>
  return (
    <pre tabIndex={0} className="max-h-[32rem] overflow-auto rounded-md border border-line bg-code px-3 py-2 font-mono text-xs leading-5 whitespace-pre-wrap">
      {printable(whole.slice(0, maxChars))}
      {whole.length > maxChars && '\n… the rest is in the export of this session'}
    </pre>
  )
}
