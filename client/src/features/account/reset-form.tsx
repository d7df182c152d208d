import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { AuthRefusal, resetPassword } from './auth-api.ts'
import { EntryHeading } from './entry-heading.tsx'
import { GetIn } from './get-in.tsx'
import { Problem } from '../../ui/problem.tsx'

const minPasswordLength = 8

/** Sets a new password by a link, then signs in with it. */
export function ResetForm({ token, onIn }: { readonly token: string; readonly onIn: () => void }) {
  const text = useText()
  const [isDone, setDone] = useState(false)
  const [isPending, setPending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  if (isDone) {
    return (
      <>
        <EntryHeading title={text('entry.reset.done')} />
        <GetIn isGuest={false} onSessionChange={onIn} />
      </>
    )
  }
  const submit = async (form: HTMLFormElement) => {
    const password = new FormData(form).get('password')
    setPending(true)
    setProblem(null)
    try {
      await resetPassword(token, typeof password === 'string' ? password : '')
      setDone(true)
    } catch (error) {
      setProblem(error instanceof AuthRefusal ? error.message : text('failed.unreachable'))
    } finally {
      setPending(false)
    }
  }
  return (
    <>
      <EntryHeading title={text('entry.reset')}>{text('entry.reset.about')}</EntryHeading>
      <form
        className="space-y-3.5"
        onSubmit={(event) => {
          event.preventDefault()
          void submit(event.currentTarget)
        }}
      >
        <Field
          label={text('account.password.new')}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={minPasswordLength}
          maxLength={128}
          hint={text('account.password.hint', { min: minPasswordLength })}
        />
        {problem !== null && <Problem>{problem}</Problem>}
        <Button type="submit" tone="accent" disabled={isPending} className="w-full" data-testid="reset-submit">
          {text('entry.reset.submit')}
        </Button>
      </form>
    </>
  )
}
