import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Field } from '../../ui/field.tsx'
import { ActionForm } from './action-form.tsx'

export interface DeleteAccountProps {
  /** What has to be typed: the address of the account, or `guest`. */
  readonly confirmation: string
  readonly onDeleted: () => void
}

/** Deletes the user with everything, once they have typed who they are. */
export function DeleteAccount({ confirmation, onDeleted }: DeleteAccountProps) {
  const text = useText()
  const remove = trpc.account.delete.useMutation()
  const title = text(confirmation === 'guest' ? 'account.delete.guest' : 'account.delete')
  return (
    <ActionForm
      title={title}
      about={text('account.delete.about')}
      submit={title}
      tone="danger"
      testId="delete-account"
      onSubmit={async (read) => {
        await remove.mutateAsync({ confirm: read('confirm') })
        onDeleted()
        return null
      }}
    >
      <Field
        label={text('account.delete.confirm', { word: confirmation })}
        name="confirm"
        autoComplete="off"
        spellCheck={false}
        required
      />
    </ActionForm>
  )
}
