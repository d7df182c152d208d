import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { AuthRefusal } from './auth-api.ts'
import { canUsePasskeys, signInByPasskey } from './passkey-api.ts'
import { Problem } from '../../ui/problem.tsx'

/** Signs in by a passkey. */
export function PasskeyButton({ onIn }: { readonly onIn: () => void }) {
  const text = useText()
  const [problem, setProblem] = useState<string | null>(null)
  const [isPending, setPending] = useState(false)
  if (!canUsePasskeys()) return null
  const go = async () => {
    setPending(true)
    setProblem(null)
    try {
      if (await signInByPasskey()) onIn()
    } catch (error) {
      setProblem(error instanceof AuthRefusal ? error.message : text('account.passkeys.failed'))
    } finally {
      setPending(false)
    }
  }
  return (
    <div className="space-y-2">
      <Button className="w-full" disabled={isPending} onClick={() => void go()} data-testid="passkey-sign-in">
        {text('account.passkeys.sign-in')}
      </Button>
      {problem !== null && <Problem>{problem}</Problem>}
    </div>
  )
}
