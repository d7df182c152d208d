import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

export interface ConfirmDialogProps {
  readonly title: string
  readonly isOpen: boolean
  /** Description of the action's effect. */
  readonly children: ReactNode
  /** Label of the button that confirms. */
  readonly action: string
  readonly onAction: () => void
  /** Called when the dialog closes, confirmed or not. */
  readonly onClose: () => void
  readonly testId: string
  readonly actionTestId?: string
}

/** Asks for confirmation before something is deleted. The initial focus is on cancelling. */
export function ConfirmDialog({ title, isOpen, children, action, onAction, onClose, testId, actionTestId }: ConfirmDialogProps) {
  const text = useText()
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} testId={testId}>
      <p className="text-sm text-soft">{children}</p>
      <div className="mt-5 flex justify-end gap-2">
        <Button data-first-focus="" onClick={onClose}>
          {text('keep')}
        </Button>
        <Button
          tone="danger"
          data-testid={actionTestId}
          onClick={() => {
            onClose()
            onAction()
          }}
        >
          {action}
        </Button>
      </div>
    </Dialog>
  )
}
