import { LoadingShape } from '../../ui/loading-shape.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'

/** Shown while a panel or its data is loading. */
export function LoadingPanel() {
  return (
    <LoadingShape className="space-y-4 pt-2">
      <Skeleton className="w-1/3" />
      <Skeleton className="h-24" />
      <Skeleton className="w-2/3" />
    </LoadingShape>
  )
}
