import { CircleAlert } from 'lucide-react'
import { useText } from '../i18n/use-text.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

export interface FailedPartProps {
  readonly onTryAgain: () => void
  /** Given when the part overlays the page; the notice does so, too. */
  readonly onClose?: (() => void) | undefined
}

/** Replaces a part of the page that could not be loaded: the server is unreachable or serves a newer version. */
export function FailedPart({ onTryAgain, onClose }: FailedPartProps) {
  const text = useText()
  return (
    <div
      role="alert"
      className={onClose ? 'pointer-events-none fixed inset-x-0 top-12 z-50 mx-auto max-w-xl p-3' : 'p-3'}
      data-testid="failed-part"
    >
      <Notice
        tone="warm"
        icon={<CircleAlert size={16} aria-hidden />}
        className={onClose ? 'pointer-events-auto shadow-overlay' : ''}
        actions={
          <>
            <Button size="small" onClick={onTryAgain}>
              {text('try-again')}
            </Button>
            <Button size="small" onClick={() => location.reload()}>
              {text('update.reload')}
            </Button>
            {onClose && (
              <Button size="small" tone="quiet" onClick={onClose}>
                {text('close')}
              </Button>
            )}
          </>
        }
      >
        {text('part.failed')}
      </Notice>
    </div>
  )
}
