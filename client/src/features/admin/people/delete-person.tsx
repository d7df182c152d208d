import type { AdminUser } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { useToast } from '../../../ui/toasts.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { errorToSentence } from '../../../react/error-to-sentence.ts'

export interface DeletePersonProps {
  readonly person: AdminUser
  readonly name: string
  readonly onClose: () => void
  readonly onDeleted: () => void
}

/** Deletes a person once their address, the name of a service account, or the word guest, was typed. */
export function DeletePerson({ person, name, onClose, onDeleted }: DeletePersonProps) {
  const text = useText()
  const toast = useToast()
  const remove = trpc.admin.users.delete.useMutation()
  const [typed, setTyped] = useState('')
  const word = person.email ?? (person.isService ? person.name.trim().toLowerCase() : 'guest')
  const isConfirmed = typed.trim().toLowerCase() === word
  return (
    <Dialog title={text('people.delete.title', { name })} isOpen onClose={onClose} testId="delete-person">
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isConfirmed) return
          remove.mutate(
            { userId: person.id },
            {
              onSuccess: () => {
                toast({ text: text('people.deleted', { name }) })
                onDeleted()
              },
            },
          )
        }}
      >
        <p className="text-sm text-soft">{text('people.delete.about')}</p>
        <Field
          label={text('people.delete.confirm', { word })}
          name="confirm"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        {remove.isError && <Problem>{errorToSentence(remove.error, text)}</Problem>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{text('keep')}</Button>
          <Button type="submit" tone="danger" disabled={!isConfirmed || remove.isPending} data-testid="delete-person-confirm">
            {text('people.delete')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
