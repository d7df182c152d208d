import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Field } from '../../ui/field.tsx'
import { ActionForm } from './action-form.tsx'

const minPasswordLength = 8

/** Sets a new password with the old one. */
export function ChangePassword() {
  const text = useText()
  const utils = trpc.useUtils()
  const change = trpc.account.password.change.useMutation()
  return (
    <ActionForm
      title={text('account.password.change')}
      about={text('account.password.change.about')}
      submit={text('account.password.change')}
      testId="change-password"
      onSubmit={async (read) => {
        const { ended } = await change.mutateAsync({ currentPassword: read('current'), newPassword: read('new') })
        await utils.account.sessions.list.invalidate()
        return text('account.password.changed', { count: ended })
      }}
    >
      <Field label={text('account.password.current')} name="current" type="password" autoComplete="current-password" required />
      <Field
        label={text('account.password.new')}
        name="new"
        type="password"
        autoComplete="new-password"
        required
        minLength={minPasswordLength}
        maxLength={128}
        hint={text('account.password.hint', { min: minPasswordLength })}
      />
    </ActionForm>
  )
}
