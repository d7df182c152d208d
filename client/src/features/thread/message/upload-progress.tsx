import type { Id } from '@holdfast/shared'
import { useText } from '../../../i18n/use-text.ts'
import { useStore } from '../../../lib/use-store.ts'
import { useClient } from '../../../react/client-context.tsx'

/** How far a file of a message is that waits for it. Nothing once the server has it. */
export function UploadProgress({ fileId, className }: { readonly fileId: Id; readonly className: string }) {
  const text = useText()
  const item = useStore(useClient().uploads).find((upload) => upload.fileId === fileId)
  if (!item || item.state === 'ready') return null
  const { state, sentBytes, bytes, error } = item
  const words =
    state === 'uploading'
      ? text('files.state.uploading', { percent: bytes === 0 ? 100 : Math.round((100 * sentBytes) / bytes) })
      : state === 'refused'
        ? text('files.state.refused', { error: error ?? '' })
        : text(`files.state.${state}`)
  return (
    <span
      className={`truncate text-xs tabular-nums ${state === 'refused' ? 'text-danger-ink' : 'text-soft'} ${className}`}
      data-testid="upload-progress"
    >
      {words}
    </span>
  )
}
