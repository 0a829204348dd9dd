import { CopyButton } from '../../ui/copy-button.tsx'
import { PlainText } from '../../ui/plain-text.tsx'

/** What the form has written so far: in a sentence, and as it is added. */
export function YamlPreview({ text, sentence }: { readonly text: string; readonly sentence: string | undefined }) {
  return (
    <section aria-label="The policy so far" className="space-y-1.5">
      <h3 className="text-xs font-semibold text-ink-3">What it does</h3>
      <p className={`text-sm ${sentence === undefined ? 'text-ink-3' : ''}`}>{sentence === undefined ? 'It is said here in a sentence, and below as it is added.' : <PlainText text={sentence} />}</p>
      {text !== '' && (
        <div className="flex h-6 items-center pt-3">
          <h3 className="flex-1 text-xs font-semibold text-ink-3">As it is added</h3>
          <CopyButton label="Copy the policy" text={text} className="-my-1 text-ink-3" />
        </div>
      )}
      {text !== '' && <pre tabIndex={0} role="group" aria-label="YAML" className="overflow-x-auto rounded-md border border-line bg-code px-3 py-2.5 font-mono text-xs leading-5"><code>{text.trimEnd()}</code></pre>}
    </section>
  )
}
