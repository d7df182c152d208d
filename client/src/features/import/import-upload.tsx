import { X } from 'lucide-react'
import { useText } from '../../i18n/use-text.ts'
import type { UploadItem } from '../../sdk/uploads/upload-item.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { ProgressBar } from '../../ui/progress-bar.tsx'

/** An export on its way to the server. */
export function ImportUpload({ item, onRemove }: { readonly item: UploadItem; readonly onRemove: () => void }) {
  const text = useText()
  const { name, state, bytes, sentBytes, error } = item
  const share = bytes === 0 ? 0 : Math.min(1, sentBytes / bytes)
  const isRefused = state === 'refused'
  const words = isRefused
    ? text('import.start.failed', { name, why: error ?? '' })
    : state === 'examining' || state === 'ready'
      ? text('import.examining', { name })
      : text('import.uploading', { name, percent: Math.floor(share * 100) })
  return (
    <li className="flex items-center gap-3 py-3" data-testid="import-upload">
      <div className="min-w-0 flex-1 space-y-2">
        <p className={`text-sm break-words ${isRefused ? 'text-danger-ink' : ''}`}>{words}</p>
        {!isRefused && <ProgressBar label={text('import.progress', { name })} share={share} words={words} />}
      </div>
      <IconButton label={text('import.cancel.of', { name })} onClick={onRemove}>
        <X size={15} aria-hidden />
      </IconButton>
    </li>
  )
}
