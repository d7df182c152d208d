import '../i18n/markdown-english.ts'
import { CircleAlert, Info, Lightbulb, OctagonAlert, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import type { AlertKind } from './document/read-alert.ts'

const icons: Readonly<Record<AlertKind, LucideIcon>> = {
  note: Info,
  tip: Lightbulb,
  important: CircleAlert,
  warning: TriangleAlert,
  caution: OctagonAlert,
}

export interface AlertProps {
  readonly kind: AlertKind
  readonly children?: ReactNode
}

/** A quote that GitHub calls an alert, with its name above it. */
export function Alert({ kind, children }: AlertProps) {
  const text = useText()
  const Icon = icons[kind]
  const label = text(`markdown.alert.${kind}`)
  return (
    <div role="note" aria-label={label} dir="auto" className={`alert alert-${kind}`}>
      <p className="alert-title">
        <Icon size={16} aria-hidden />
        {label}
      </p>
      {children}
    </div>
  )
}
