import { useState, type SyntheticEvent } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { AuthRefusal, recoverGuest } from './auth-api.ts'
import { ShownCode } from './recovery-code.tsx'
import { Problem } from '../../ui/problem.tsx'

/** Signs in as a guest who has kept a recovery code, and shows the next code before the page changes. */
export function RecoveryForm({ onDone, onBack }: { readonly onDone: () => void; readonly onBack: () => void }) {
  const text = useText()
  const [code, setCode] = useState('')
  const [next, setNext] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [isPending, setPending] = useState(false)
  if (next !== null) {
    return (
      <div className="space-y-3">
        <ShownCode code={next} />
        <Button tone="accent" onClick={onDone} data-testid="recovery-done">
          {text('entry.open')}
        </Button>
      </div>
    )
  }
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault()
    setPending(true)
    setProblem(null)
    try {
      setNext(await recoverGuest(code))
    } catch (error) {
      setProblem(error instanceof AuthRefusal ? error.message : text('failed.unreachable'))
    } finally {
      setPending(false)
    }
  }
  return (
    <form className="space-y-3.5" onSubmit={(event) => void submit(event)}>
      <Field
        label={text('account.recovery.enter')}
        name="code"
        autoComplete="off"
        spellCheck={false}
        required
        maxLength={100}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      {problem !== null && <Problem>{problem}</Problem>}
      <div className="flex gap-2">
        <Button type="submit" tone="accent" disabled={isPending} data-testid="recovery-submit">
          {text('account.recovery.use')}
        </Button>
        <Button tone="quiet" onClick={onBack}>
          {text('cancel')}
        </Button>
      </div>
    </form>
  )
}
