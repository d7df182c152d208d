import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useRef } from 'react'
import { useText } from '../i18n/use-text.ts'
import type { DialogProps } from './dialog-props.ts'
import { useBackCloses } from './use-back-closes.ts'

const widths = { narrow: 'sm:max-w-md', wide: 'sm:max-w-2xl' }

export function DialogImpl({ title, isOpen, onClose, children, width = 'narrow', hasAddress = false, testId }: DialogProps) {
  const text = useText()
  useBackCloses(isOpen && !hasAddress, onClose)
  const popup = useRef<HTMLDivElement>(null)
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Popup
          ref={popup}
          initialFocus={() => popup.current?.querySelector<HTMLElement>('[data-first-focus]') ?? popup.current}
          data-testid={testId}
          className={`fixed inset-x-0 bottom-0 z-40 flex max-h-[92dvh] flex-col rounded-t-lg border border-line bg-raised shadow-overlay transition-[opacity,translate] duration-160 ease-calm outline-none data-ending-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0 sm:top-[12dvh] sm:bottom-auto sm:mx-auto sm:max-h-[76dvh] sm:w-[calc(100%-2rem)] sm:rounded-lg ${widths[width]}`}
        >
          <div className="flex items-center justify-between border-b border-line py-2.5 pr-2.5 pl-5">
            <BaseDialog.Title className="text-[0.9375rem] font-semibold">{title}</BaseDialog.Title>
            <BaseDialog.Close
              aria-label={text('close')}
              title={text('close')}
              className="grid size-9 place-items-center rounded-sm text-faint hover:bg-hover hover:text-ink touch:size-11"
            >
              <X size={16} aria-hidden />
            </BaseDialog.Close>
          </div>
          <div className="overflow-y-auto p-5 pb-[max(1.25rem,env(safe-area-inset-bottom))]">{children}</div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}
