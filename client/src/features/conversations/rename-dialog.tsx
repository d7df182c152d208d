import { maxTitleLength } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

export interface RenameDialogProps {
  readonly title: string
  readonly isOpen: boolean
  readonly onTitle: (title: string) => void
  /** Called when the dialog closes, with or without a new title. */
  readonly onClose: () => void
}

/** Renames the open conversation where its entry in the sidebar may be out of sight. */
export function RenameDialog({ title, isOpen, onTitle, onClose }: RenameDialogProps) {
  const text = useText()
  return (
    <Dialog title={text('conversation.rename')} isOpen={isOpen} onClose={onClose} testId="rename-dialog">
      <RenameForm
        title={title}
        onCancel={onClose}
        onTitle={(next) => {
          onClose()
          if (next !== title) onTitle(next)
        }}
      />
    </Dialog>
  )
}

interface RenameFormProps {
  readonly title: string
  readonly onTitle: (title: string) => void
  readonly onCancel: () => void
}

/** Mounted with the dialog, so that it begins with the title of that moment. */
function RenameForm({ title, onTitle, onCancel }: RenameFormProps) {
  const text = useText()
  const [value, setValue] = useState(title)
  const next = value.trim()
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (next !== '') onTitle(next)
      }}
    >
      <input
        aria-label={text('conversation.title')}
        className="h-10 w-full rounded-md border border-line-strong bg-paper px-3 text-base"
        value={value}
        maxLength={maxTitleLength}
        dir="auto"
        data-first-focus=""
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setValue(event.target.value)}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{text('cancel')}</Button>
        <Button tone="accent" type="submit" disabled={next === ''} data-testid="rename-save">
          {text('conversation.rename')}
        </Button>
      </div>
    </form>
  )
}
