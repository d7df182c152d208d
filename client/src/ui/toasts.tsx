import { X } from 'lucide-react'
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Button } from './button.tsx'
import { IconButton } from './icon-button.tsx'

export interface Toast {
  readonly text: string
  readonly tone?: 'plain' | 'danger'
  readonly action?: { readonly label: string; readonly run: () => void }
}

interface ShownToast extends Toast {
  readonly id: number
}

const shownMs = 8_000
const ToastContext = createContext<((toast: Toast) => void) | null>(null)
let lastId = 0

/** Short messages over the page, but below its dialogs and menus. They disappear after 8 seconds, but not while the pointer or the focus is on them. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly ShownToast[]>([])
  const show = useCallback((toast: Toast) => {
    lastId += 1
    const shown = { ...toast, id: lastId }
    setToasts((before) => [...before.slice(-2), shown])
  }, [])
  const remove = useCallback((id: number) => setToasts((before) => before.filter((toast) => toast.id !== id)), [])
  return (
    <ToastContext value={useMemo(() => show, [show])}>
      {children}
      <div aria-live="polite" className="pointer-events-none fixed inset-x-0 top-12 z-30 flex flex-col items-center gap-2 p-3">
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onClose={() => remove(toast.id)} />
        ))}
      </div>
    </ToastContext>
  )
}

function ToastCard({ toast, onClose }: { readonly toast: ShownToast; readonly onClose: () => void }) {
  const text = useText()
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(onClose, shownMs)
    return () => clearTimeout(timer)
  }, [isHeld, onClose])
  return (
    <div
      className={`rise pointer-events-auto flex max-w-full items-center gap-2 rounded-md border bg-raised py-1.5 pr-1.5 pl-3.5 text-sm shadow-overlay ${toast.tone === 'danger' ? 'border-danger/50' : 'border-line'}`}
      data-testid="toast"
      data-part="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={toast.tone === 'danger' ? 'text-danger-ink' : ''}>{toast.text}</span>
      {toast.action && (
        <Button
          tone="quiet"
          size="small"
          className="text-accent-strong"
          onClick={() => {
            toast.action?.run()
            onClose()
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton label={text('close')} size="small" onClick={onClose}>
        <X size={14} aria-hidden />
      </IconButton>
    </div>
  )
}

export function useToast(): (toast: Toast) => void {
  const show = useContext(ToastContext)
  if (!show) throw new Error('useToast needs a ToastProvider')
  return show
}
