import { LoadingShape } from '../../ui/loading-shape.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'

/** The outline of a conversation. */
export function ThreadSkeleton() {
  return (
    <LoadingShape className="mx-auto w-full max-w-[46rem] flex-1 space-y-8 px-5 pt-10 sm:px-8" testId="thread-loading">
      <Skeleton className="h-11" />
      <div className="space-y-3.5">
        <Skeleton className="w-11/12" />
        <Skeleton className="w-full" />
        <Skeleton className="w-4/5" />
      </div>
    </LoadingShape>
  )
}
