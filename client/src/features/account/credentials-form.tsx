import { useActionState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { AuthRefusal, type NewAccount } from './auth-api.ts'
import { Problem } from '../../ui/problem.tsx'

export interface CredentialsFormProps {
  /** `name` of a new account is asked for, too. */
  readonly withName: boolean
  readonly label: string
  /** The address of an invitation, which is for nobody else. */
  readonly email?: string | null
  readonly onSubmit: (values: NewAccount) => Promise<void>
  /** Called with every focus and change: the form must not become another under a hand, nor lose what is in it. */
  readonly onBegin?: () => void
}

const minPasswordLength = 8

export function CredentialsForm({ withName, label, email, onSubmit, onBegin }: CredentialsFormProps) {
  const text = useText()
  const [problem, submit, isPending] = useActionState(async (_: Problem | null, form: FormData): Promise<Problem | null> => {
    const read = (name: string) => {
      const value = form.get(name)
      return typeof value === 'string' ? value : ''
    }
    const values = { name: read('name').trim(), email: read('email').trim(), password: read('password') }
    try {
      await onSubmit(values)
      return null
    } catch (error) {
      return { sentence: error instanceof AuthRefusal ? error.message : text('failed.unreachable'), values }
    }
  }, null)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it hears of its fields and its button
    <form action={submit} className="space-y-3.5" onFocus={onBegin} onInput={onBegin}>
      {withName && (
        <Field
          label={text('account.name')}
          name="name"
          autoComplete="name"
          required
          maxLength={100}
          defaultValue={problem?.values.name}
        />
      )}
      <Field
        label={text('account.email')}
        name="email"
        type="email"
        autoComplete="email"
        required
        readOnly={typeof email === 'string'}
        defaultValue={problem?.values.email ?? email ?? undefined}
      />
      <Field
        label={text('account.password')}
        name="password"
        type="password"
        autoComplete={withName ? 'new-password' : 'current-password'}
        required
        minLength={withName ? minPasswordLength : 1}
        maxLength={128}
        {...(withName ? { hint: text('account.password.hint', { min: minPasswordLength }) } : {})}
      />
      {problem && <Problem>{problem.sentence}</Problem>}
      <Button type="submit" tone="accent" disabled={isPending} className="w-full" data-testid="credentials-submit">
        {label}
      </Button>
    </form>
  )
}

interface Problem {
  readonly sentence: string
  readonly values: { readonly name: string; readonly email: string }
}
