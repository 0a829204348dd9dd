import { Image, Square, SquareCheck } from 'lucide-react'
import { type ComponentProps, memo, useState } from 'react'
import { defaultRehypePlugins, parseMarkdownIntoBlocks, Streamdown } from 'streamdown'
import { CopyButton } from '../ui/copy-button.tsx'
import { createBlockSplitter } from './split-blocks.ts'

type Props<Tag extends keyof React.JSX.IntrinsicElements> = ComponentProps<Tag> & { readonly node?: unknown }

// Without `raw`, HTML in a message is shown as the text it is; the sanitiser and the link hardening stay.
const rehypePlugins = [defaultRehypePlugins['sanitize'], defaultRehypePlugins['harden']].filter((plugin) => plugin !== undefined)

const components = {
  ...plainTags(),
  a: ({ node: _node, href, children }: Props<'a'>) => href === undefined || !/^(https?:|mailto:)/i.test(href)
    ? <span>{children}</span>
    : <a href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">{children}</a>,
  // Nothing is fetched from elsewhere because an agent wrote its address: a picture is a link until somebody clicks it.
  img: ({ node: _node, src, alt }: Props<'img'>) => typeof src === 'string' && /^https?:/i.test(src)
    ? <a href={src} title={src} target="_blank" rel="noopener noreferrer nofollow"><Image size={14} aria-hidden className="mr-1 inline" />{alt === undefined || alt === '' ? 'Image' : alt} ({hostOf(src)})</a>
    : <span>{alt}</span>,
  pre: CodeBlock,
  // A task list: what is ticked is said, not only drawn; nothing in a message can be clicked on or off.
  input: ({ node: _node, checked }: Props<'input'>) => checked === true
    ? <SquareCheck size={15} aria-label="done" role="img" className="task text-green" />
    : <Square size={15} aria-label="to do" role="img" className="task text-ink-3" />,
  code: ({ node: _node, children }: Props<'code'>) => <code>{children}</code>,
  inlineCode: ({ node: _node, children }: Props<'code'>) => <code>{children}</code>,
  table: ({ node: _node, children }: Props<'table'>) => <div className="table-scroll" tabIndex={0} role="group" aria-label="Table"><table>{children}</table></div>,
}

/** A message. `live`: it is still being written, so its end may be half a construct. */
const Markdown = memo(function Markdown({ text, live }: { readonly text: string; readonly live: boolean }) {
  const [split] = useState(() => createBlockSplitter(parseMarkdownIntoBlocks))
  return (
    <Streamdown
      mode="streaming" parseIncompleteMarkdown={live} parseMarkdownIntoBlocksFn={split} rehypePlugins={rehypePlugins}
      components={components} controls={false} linkSafety={{ enabled: false }} className="md"
    >
      {visibleControls(text)}
    </Streamdown>
  )
})
// React.lazy wants a default export.
export default Markdown

/** Controls that reorder text are shown; the marks that right-to-left languages need stay. */
function visibleControls(text: string): string {
  return text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, (character) => `‹U+${character.charCodeAt(0).toString(16).toUpperCase()}›`)
}

function CodeBlock({ node: _node, children }: Props<'pre'>) {
  const text = textOf(children).replace(/\n$/, '')
  return (
    <div className="group relative">
      <pre tabIndex={0} role="group" aria-label="Code" className="overflow-x-auto rounded-md border border-line bg-code px-3 py-2.5 pr-10">
        <code>{text}</code>
      </pre>
      <CopyButton label="Copy the code" text={text} className="absolute top-1 right-1 bg-code text-ink-3" />
    </div>
  )
}

function textOf(node: unknown): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node)
  if (Array.isArray(node)) return node.map(textOf).join('')
  if (typeof node !== 'object' || node === null || !('props' in node)) return ''
  const { props } = node
  return typeof props === 'object' && props !== null && 'children' in props ? textOf(props.children) : ''
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'unknown'
}

/** Plain elements in place of the renderer's own looks: `prose.css` draws them. */
function plainTags() {
  const tags = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'ul', 'ol', 'li', 'blockquote', 'hr', 'strong', 'thead', 'tbody', 'tr', 'th', 'td', 'sup', 'sub', 'section'] as const
  return Object.fromEntries(tags.map((tag) => [tag, tag])) as Record<(typeof tags)[number], (typeof tags)[number]>
}
