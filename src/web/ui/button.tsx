import type { ComponentProps, ReactNode } from 'react'

type Tone = 'plain' | 'accent' | 'danger' | 'quiet'

const tones: Readonly<Record<Tone, string>> = {
  plain: 'border-line-strong bg-raised text-ink hover:bg-hover',
  accent: 'border-transparent bg-accent text-accent-ink hover:opacity-90',
  danger: 'border-line-strong bg-raised text-red hover:bg-red-soft',
  quiet: 'border-transparent text-ink-2 hover:bg-hover hover:text-ink',
}
const base = 'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors disabled:opacity-50 disabled:pointer-events-none'

export interface ButtonProps extends ComponentProps<'button'> {
  readonly tone?: Tone
  readonly small?: boolean
  readonly icon?: ReactNode
}

export function Button({ tone = 'plain', small = false, icon, className = '', children, type = 'button', ...rest }: ButtonProps) {
  const size = small ? 'h-7 px-2 text-xs' : 'h-8 px-3 text-sm'
  return (
    <button type={type} className={`${base} ${size} ${tones[tone]} ${className}`} {...rest}>
      {icon}
      {children}
    </button>
  )
}

/** A button that shows only an icon; `label` is its name and its tip. */
export function IconButton({ label, tone = 'quiet', className = '', children, type = 'button', ...rest }: Omit<ButtonProps, 'icon' | 'small'> & { readonly label: string }) {
  return (
    <button type={type} aria-label={label} title={label} className={`${base} size-8 ${tones[tone]} ${className}`} {...rest}>
      {children}
    </button>
  )
}
