import type { SystemInfo } from '@holdfast/shared'
import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Field } from '../../ui/field.tsx'
import { ActionForm } from './action-form.tsx'

/** Changes the name and the address of an account. */
export function ChangeProfile({ user }: { readonly user: SystemInfo['user'] }) {
  const text = useText()
  const utils = trpc.useUtils()
  const update = trpc.account.update.useMutation()
  return (
    <ActionForm
      title={text('account.profile')}
      about={text('account.profile.about')}
      submit={text('account.profile.save')}
      testId="change-profile"
      onSubmit={async (read) => {
        const [name, email, currentPassword] = [read('name').trim(), read('email').trim(), read('password')]
        const isOther = email.toLowerCase() !== user.email
        await update.mutateAsync({ name, ...(isOther ? { email, currentPassword } : {}) })
        await utils.system.info.invalidate()
        return text('account.profile.saved')
      }}
    >
      <Field label={text('account.name')} name="name" autoComplete="name" required maxLength={100} defaultValue={user.name} />
      <Field
        label={text('account.email')}
        name="email"
        type="email"
        autoComplete="email"
        required
        defaultValue={user.email ?? ''}
      />
      <Field label={text('account.password.current')} name="password" type="password" autoComplete="current-password" />
    </ActionForm>
  )
}
