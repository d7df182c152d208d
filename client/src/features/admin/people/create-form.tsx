import type { AdminLink, AdminUser } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { errorToFailure } from '../../../sdk/transport/failure.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'

export interface CreateFormProps {
  readonly onMade: (made: { readonly user: AdminUser; readonly link: AdminLink }) => void
  readonly onClose: () => void
}

/** Makes an account for somebody, and the link by which they set its password. */
export function CreateForm({ onMade, onClose }: CreateFormProps) {
  const text = useText()
  const create = trpc.admin.users.create.useMutation()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const failure = create.isError ? errorToFailure(create.error) : null
  return (
    <form
      aria-label={text('people.create')}
      className="space-y-3.5 rounded-md border border-line p-4"
      data-testid="create-form"
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate({ name: name.trim(), email: email.trim() }, { onSuccess: onMade })
      }}
    >
      <Field
        label={text('account.name')}
        name="name"
        autoComplete="off"
        required
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={text('account.email')}
        name="email"
        type="email"
        autoComplete="off"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      {failure && (
        <p className="text-sm text-danger-ink" role="alert">
          {failure.kind === 'refused' ? failure.message : text('failed.unreachable')}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="accent" disabled={create.isPending} data-testid="create-person">
          {text('people.create')}
        </Button>
        <Button tone="quiet" onClick={onClose}>
          {text('cancel')}
        </Button>
      </div>
    </form>
  )
}
