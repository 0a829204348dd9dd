import { FileText, LoaderCircle, X } from 'lucide-react'
import { type Attachment, isImage } from '../../spec/attachment.ts'
import { PlainText } from './plain-text.tsx'

interface Props {
  readonly name: string
  /** Undefined while it is on its way. */
  readonly attachment: Attachment | undefined
  onRemove?(): void
}

const sizeOf = (bytes: number): string => (bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`)

/** A file that goes, or went, with a prompt: a picture as a picture, anything else by name. */
export function AttachmentChip({ name, attachment, onRemove }: Props) {
  const picture = attachment !== undefined && isImage(attachment.mediaType) ? `/v1/images/${attachment.blob}` : undefined
  return (
    <span className="inline-flex max-w-60 items-center gap-2 rounded-lg border border-line bg-bg py-1 pr-2 pl-1.5 text-xs">
      {picture !== undefined && <a href={picture} target="_blank" rel="noreferrer" aria-label={`Open ${name}`} className="shrink-0"><img src={picture} alt="" className="size-10 rounded-md object-cover" /></a>}
      {picture === undefined && (attachment === undefined ? <LoaderCircle size={15} aria-hidden className="shrink-0 animate-spin text-ink-3" /> : <FileText size={15} aria-hidden className="shrink-0 text-ink-3" />)}
      <span className="min-w-0">
        <PlainText text={name} className="block truncate" />
        <span className="text-ink-3">{attachment === undefined ? 'Sending…' : sizeOf(attachment.bytes)}</span>
      </span>
      {onRemove !== undefined && <button type="button" aria-label={`Remove ${name}`} title="Remove" onClick={onRemove} className="-mr-1 rounded p-0.5 text-ink-3 hover:bg-hover hover:text-ink"><X size={13} aria-hidden /></button>}
    </span>
  )
}
