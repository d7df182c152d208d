import { useText } from '../../../i18n/use-text.ts'
import { openDeviceStorage } from '../../../lib/device-storage.ts'
import { useStore } from '../../../lib/use-store.ts'
import { Button } from '../../../ui/button.tsx'
import { CenteredMessage } from '../../../ui/centered-message.tsx'
import { LoadingShape } from '../../../ui/loading-shape.tsx'
import { Skeleton } from '../../../ui/skeleton.tsx'

export function PlannerLoading() {
  return (
    <LoadingShape className="space-y-5 p-4" testId="planner-loading">
      <Skeleton className="h-10" />
      {['w-3/4', 'w-1/2', 'w-5/6', 'w-2/3'].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </LoadingShape>
  )
}

export function PlannerFailed({ onRetry }: { readonly onRetry: () => void }) {
  const text = useText()
  return (
    <CenteredMessage
      title={text('planner.failed')}
      testId="planner-failed"
      actions={<Button onClick={onRetry}>{text('try-again')}</Button>}
    >
      {text('planner.failed.about')}
    </CenteredMessage>
  )
}

/** The number of unsent changes, which survive closing the page where the browser stores them. Below everything, so that nothing moves when it appears. */
export function PlannerWaiting({ count }: { readonly count: number }) {
  const text = useText()
  const isKept = useStore(openDeviceStorage().unkept).size === 0
  return (
    <p
      role="status"
      className="sticky bottom-2 z-10 mt-4 rounded-md border border-warm/40 bg-warm-wash px-3 py-2 text-sm text-warm-ink empty:hidden"
      data-testid="planner-waiting"
    >
      {count > 0 && text(isKept ? 'planner.unsaved' : 'planner.unsaved.unkept', { count })}
    </p>
  )
}
