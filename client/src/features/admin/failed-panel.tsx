import { useText } from '../../i18n/use-text.ts'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import { Button } from '../../ui/button.tsx'

/** Shown in place of a panel whose data could not be loaded. */
export function FailedPanel({ error, onTryAgain }: { readonly error: unknown; readonly onTryAgain: () => void }) {
  const text = useText()
  const { kind, message } = errorToFailure(error)
  return (
    <div className="flex flex-wrap items-center gap-3 text-sm text-soft" role="alert">
      {kind === 'refused' ? message : text('admin.failed')}
      <Button size="small" onClick={onTryAgain}>
        {text('try-again')}
      </Button>
    </div>
  )
}
