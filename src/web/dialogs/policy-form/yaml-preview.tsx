import { CopyButton } from '../../ui/copy-button.tsx'

/** What the form has written so far. */
export function YamlPreview({ text }: { readonly text: string }) {
  return (
    <section aria-label="The policy as text" className="space-y-1.5">
      <div className="flex h-6 items-center">
        <h3 className="flex-1 text-xs font-semibold text-ink-3">The policy, as it is added</h3>
        {text !== '' && <CopyButton label="Copy the policy" text={text} className="-my-1 text-ink-3" />}
      </div>
      {text === ''
        ? <p className="text-xs text-ink-3">Nothing yet.</p>
        : <pre tabIndex={0} role="group" aria-label="YAML" className="overflow-x-auto rounded-md border border-line bg-code px-3 py-2.5 font-mono text-xs leading-5"><code>{text.trimEnd()}</code></pre>}
    </section>
  )
}
