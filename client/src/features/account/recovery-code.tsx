import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Button } from '../../ui/button.tsx'
import { Copyable } from '../../ui/copyable.tsx'
import { createRecoveryCode } from './auth-api.ts'
import { Problem } from '../../ui/problem.tsx'

/** A code that brings a guest back from another browser. */
export function RecoveryCode() {
  const text = useText()
  const [code, setCode] = useState<string | null>(null)
  const [hasFailed, setFailed] = useState(false)
  const make = () => {
    setFailed(false)
    createRecoveryCode().then(setCode, () => setFailed(true))
  }
  return (
    <section className="space-y-3" aria-label={text('account.recovery')}>
      <div>
        <h3 className="font-medium">{text('account.recovery')}</h3>
        <p className="mt-0.5 text-sm text-soft">{text('account.recovery.about')}</p>
      </div>
      {code === null ? (
        <Button size="small" onClick={make} data-testid="make-recovery-code">
          {text('account.recovery.make')}
        </Button>
      ) : (
        <ShownCode code={code} />
      )}
      {hasFailed && <Problem>{text('failed.unreachable')}</Problem>}
    </section>
  )
}

export function ShownCode({ code }: { readonly code: string }) {
  const text = useText()
  return (
    <div className="space-y-2">
      <Copyable label={text('account.recovery.code')} content={code} testId="recovery-code" />
      <p className="text-xs text-soft">{text('account.recovery.keep')}</p>
    </div>
  )
}
