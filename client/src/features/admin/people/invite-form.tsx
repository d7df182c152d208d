import type { AdminLink, UserRole } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { errorToFailure } from '../../../sdk/transport/failure.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'

const userRoles = ['member', 'admin'] as const satisfies readonly UserRole[]

/** Makes the link of an invitation. */
export function InviteForm({ onMade, onClose }: { readonly onMade: (link: AdminLink) => void; readonly onClose: () => void }) {
  const text = useText()
  const create = trpc.admin.invites.create.useMutation()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<UserRole>('member')
  const failure = create.isError ? errorToFailure(create.error) : null
  return (
    <form
      aria-label={text('people.invite')}
      className="space-y-3.5 rounded-md border border-line p-4"
      data-testid="invite-form"
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate({ role, ...(email.trim() === '' ? {} : { email: email.trim() }) }, { onSuccess: onMade })
      }}
    >
      <Field
        label={text('people.invite.email')}
        hint={text('people.invite.email.hint')}
        name="email"
        type="email"
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Select
        label={text('people.invite.role')}
        value={role}
        onValue={(value) => setRole(value === 'admin' ? 'admin' : 'member')}
      >
        {userRoles.map((value) => (
          <option key={value} value={value}>
            {text(`people.role.${value}`)}
          </option>
        ))}
      </Select>
      {failure && (
        <p className="text-sm text-danger-ink" role="alert">
          {failure.kind === 'refused' ? failure.message : text('failed.unreachable')}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="accent" disabled={create.isPending} data-testid="create-invite">
          {text('people.invite.create')}
        </Button>
        <Button tone="quiet" onClick={onClose}>
          {text('cancel')}
        </Button>
      </div>
    </form>
  )
}
