import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import type { SheetProps } from './sheet-props.ts'
import { useBackCloses } from './use-back-closes.ts'

export function SheetImpl({ label, isOpen, onClose, children, testId }: SheetProps) {
  useBackCloses(isOpen, onClose)
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Popup
          aria-label={label}
          data-testid={testId}
          className="fixed inset-x-0 bottom-0 z-40 h-[86dvh] overflow-hidden rounded-t-lg border-t border-line bg-sunken pb-[env(safe-area-inset-bottom)] shadow-overlay transition-[opacity,translate] duration-180 ease-calm outline-none data-ending-style:translate-y-6 data-ending-style:opacity-0 data-starting-style:translate-y-6 data-starting-style:opacity-0 sm:inset-y-0 sm:left-auto sm:h-auto sm:w-[min(24rem,92vw)] sm:rounded-none sm:border-t-0 sm:border-l sm:data-ending-style:translate-x-6 sm:data-ending-style:translate-y-0 sm:data-starting-style:translate-x-6 sm:data-starting-style:translate-y-0"
        >
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}
