import type { AdminLink, AdminUser } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Field } from '../../../ui/field.tsx'
import { NewAccountForm } from './new-account-form.tsx'

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
  return (
    <NewAccountForm
      title={text('people.create')}
      testId="create-form"
      submit={{ label: text('people.create'), testId: 'create-person' }}
      call={create}
      onSubmit={() => create.mutate({ name: name.trim(), email: email.trim() }, { onSuccess: onMade })}
      onClose={onClose}
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
    </NewAccountForm>
  )
}
