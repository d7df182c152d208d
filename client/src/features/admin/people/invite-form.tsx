import type { AdminLink, UserRole } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Field } from '../../../ui/field.tsx'
import { Select } from '../../../ui/select.tsx'
import { NewAccountForm } from './new-account-form.tsx'

const userRoles = ['member', 'admin'] as const satisfies readonly UserRole[]

/** Makes the link of an invitation. */
export function InviteForm({ onMade, onClose }: { readonly onMade: (link: AdminLink) => void; readonly onClose: () => void }) {
  const text = useText()
  const create = trpc.admin.invites.create.useMutation()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<UserRole>('member')
  return (
    <NewAccountForm
      title={text('people.invite')}
      testId="invite-form"
      submit={{ label: text('people.invite.create'), testId: 'create-invite' }}
      call={create}
      onSubmit={() => create.mutate({ role, ...(email.trim() === '' ? {} : { email: email.trim() }) }, { onSuccess: onMade })}
      onClose={onClose}
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
    </NewAccountForm>
  )
}
