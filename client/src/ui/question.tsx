import type { ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

export interface QuestionProps {
  readonly title: string
  readonly isOpen: boolean
  /** What will happen. */
  readonly children: ReactNode
  /** The word for doing it. */
  readonly action: string
  readonly onAction: () => void
  /** Closed, whatever the answer was. */
  readonly onClose: () => void
  readonly testId: string
  readonly actionTestId?: string
}

/** Asks before something is taken away. The focus is on keeping it. */
export function Question({ title, isOpen, children, action, onAction, onClose, testId, actionTestId }: QuestionProps) {
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
