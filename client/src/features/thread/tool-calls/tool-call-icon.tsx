import { Ban, Check, CircleAlert, CircleHelp, CircleSlash, Clock, LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ShownCallState } from '../model/tool-call-state.ts'

const icons: Readonly<Record<ShownCallState, ReactNode>> = {
  pending: <Clock size={14} aria-hidden className="shrink-0 text-faint" />,
  waiting: <Clock size={14} aria-hidden className="shrink-0 text-warm-ink" />,
  running: <LoaderCircle size={14} aria-hidden className="shrink-0 animate-spin text-accent" />,
  done: <Check size={14} aria-hidden className="shrink-0 text-accent" />,
  failed: <CircleAlert size={14} aria-hidden className="shrink-0 text-danger-ink" />,
  denied: <Ban size={14} aria-hidden className="shrink-0 text-faint" />,
  unknown: <CircleHelp size={14} aria-hidden className="shrink-0 text-warm-ink" />,
  stopped: <CircleSlash size={14} aria-hidden className="shrink-0 text-faint" />,
}

export function ToolCallIcon({ state }: { readonly state: ShownCallState }) {
  return icons[state]
}

export const stateTones: Readonly<Record<ShownCallState, string>> = {
  pending: 'text-faint',
  waiting: 'text-warm-ink',
  running: 'text-soft',
  done: 'text-faint',
  failed: 'text-danger-ink',
  denied: 'text-faint',
  unknown: 'text-warm-ink',
  stopped: 'text-faint',
}
