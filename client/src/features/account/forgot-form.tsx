import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { AuthRefusal, requestReset } from './auth-api.ts'
import { Problem } from '../../ui/problem.tsx'

/** Has a link mailed to somebody who has forgotten their password. It never says whether the address has an account. */
export function ForgotForm({ onBack }: { readonly onBack: () => void }) {
  const text = useText()
  const [isSent, setSent] = useState(false)
  const [isPending, setPending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  if (isSent) {
    return (
      <div className="space-y-3" role="status" data-testid="forgot-sent">
        <p className="text-sm">{text('account.forgot.sent')}</p>
        <Button onClick={onBack}>{text('account.sign-in')}</Button>
      </div>
    )
  }
  const submit = async (form: HTMLFormElement) => {
    const email = new FormData(form).get('email')
    setPending(true)
    setProblem(null)
    try {
      await requestReset(typeof email === 'string' ? email.trim() : '')
      setSent(true)
    } catch (error) {
      setProblem(error instanceof AuthRefusal ? error.message : text('failed.unreachable'))
    } finally {
      setPending(false)
    }
  }
  return (
    <form
      className="space-y-3.5"
      onSubmit={(event) => {
        event.preventDefault()
        void submit(event.currentTarget)
      }}
    >
      <Field label={text('account.email')} name="email" type="email" autoComplete="email" required />
      {problem !== null && <Problem>{problem}</Problem>}
      <div className="flex gap-2">
        <Button type="submit" tone="accent" disabled={isPending} data-testid="forgot-submit">
          {text('account.forgot.submit')}
        </Button>
        <Button tone="quiet" onClick={onBack}>
          {text('cancel')}
        </Button>
      </div>
    </form>
  )
}
