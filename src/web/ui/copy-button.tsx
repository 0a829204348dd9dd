import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './button.tsx'

export function CopyButton({ label, text, className = '' }: { readonly label: string; readonly text: string; readonly className?: string }) {
  const [copied, setCopied] = useState(false)
  const copy = () => {
    // Refused outside a secure context or without permission: the button then just does not say "copied".
    navigator.clipboard?.writeText(text).then(() => {
      setCopied(true)
      setTimeout(() => setCopied(false), 1_500)
    }, () => undefined)
  }
  return (
    <IconButton label={copied ? 'Copied' : label} onClick={copy} className={className}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </IconButton>
  )
}
