import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { sendCode } from './auth-api.ts'
import { codeProblem } from './code-problem.ts'
import { Problem } from '../../ui/problem.tsx'

/** The field takes the place of the one that somebody was typing in. */
const focus = (field: HTMLInputElement | null) => field?.focus()

/** The second step of a sign-in. */
export function CodeForm({ onDone, onBack }: { readonly onDone: () => void; readonly onBack: () => void }) {
  const text = useText()
  const [kind, setKind] = useState<'app' | 'recovery'>('app')
  const [problem, setProblem] = useState<string | null>(null)
  const [isPending, setPending] = useState(false)
  const submit = async (form: HTMLFormElement) => {
    const code = new FormData(form).get('code')
    setPending(true)
    setProblem(null)
    try {
      await sendCode(typeof code === 'string' ? code : '', kind)
      onDone()
    } catch (error) {
      setProblem(codeProblem(text, error))
    } finally {
      setPending(false)
    }
  }
  return (
    <form
      key={kind}
      className="space-y-3.5"
      onSubmit={(event) => {
        event.preventDefault()
        void submit(event.currentTarget)
      }}
    >
      <Field
        label={text(kind === 'app' ? 'account.two-step.code' : 'account.two-step.recovery-code')}
        hint={text(kind === 'app' ? 'account.two-step.code.hint' : 'account.two-step.recovery-code.hint')}
        name="code"
        inputMode={kind === 'app' ? 'numeric' : 'text'}
        autoComplete="one-time-code"
        spellCheck={false}
        ref={focus}
        required
        maxLength={40}
      />
      {problem !== null && <Problem>{problem}</Problem>}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" tone="accent" disabled={isPending} data-testid="code-submit">
          {text('account.sign-in')}
        </Button>
        <Button tone="quiet" onClick={() => setKind(kind === 'app' ? 'recovery' : 'app')} data-testid="code-other">
          {text(kind === 'app' ? 'account.two-step.use-recovery' : 'account.two-step.use-app')}
        </Button>
        <Button tone="quiet" onClick={onBack}>
          {text('cancel')}
        </Button>
      </div>
    </form>
  )
}
