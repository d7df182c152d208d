import { mediaTypeToInputKind } from '@holdfast/shared'
import { AudioLines, CircleAlert, FileText, Image, X } from 'lucide-react'
import { locale } from '../../i18n/locale.ts'
import { useText, type Text } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { useBlobAddress } from '../../react/use-blob-address.ts'
import { useFileAddress } from '../../react/use-file-address.ts'
import { formatBytes } from '../../ui/format-amount.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { isUseless, type Attachment } from './attachment.ts'

export interface FileChipProps {
  readonly attachment: Attachment
  readonly onRemove: () => void
}

/** A file of the message that is being written: its picture or kind, its name, how far it is, and a button that removes it. */
export function FileChip({ attachment, onRemove }: FileChipProps) {
  const text = useText()
  const { fileId, name, state, progress, bytes } = attachment
  const isBad = isUseless(attachment)
  const isMoving = state === 'uploading' || state === 'examining'
  const words = [bytes === null ? null : formatBytes(bytes, locale), stateToWords(attachment, text)].filter(Boolean).join(' · ')
  return (
    <li
      className={`relative flex w-full max-w-72 min-w-0 items-center gap-2.5 overflow-hidden rounded-md border bg-sunken py-1.5 pr-1 pl-1.5 text-sm ${isBad ? 'border-danger/50' : 'border-line'}`}
      data-testid="file-chip"
      data-part="file-chip"
      data-file-id={fileId}
      data-state={state}
    >
      <Preview attachment={attachment} />
      <div className="min-w-0 flex-1">
        <p className="truncate" title={name} dir="auto">
          {name}
        </p>
        <p
          role={isBad ? 'alert' : undefined}
          className={`text-xs tabular-nums ${isBad ? 'wrap-anywhere text-danger-ink' : 'truncate text-faint'}`}
        >
          {words}
        </p>
      </div>
      <IconButton label={text('files.remove', { name })} size="small" onClick={onRemove} data-testid="file-remove">
        <X size={14} aria-hidden />
      </IconButton>
      {isMoving && (
        <div
          role="progressbar"
          aria-label={text('files.progress', { name })}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={toPercent(progress)}
          className="absolute inset-x-0 bottom-0 h-0.5 bg-line"
        >
          <div className="system-colour h-full bg-accent" style={{ width: `${toPercent(progress)}%` }} />
        </div>
      )}
    </li>
  )
}

function Preview({ attachment }: { readonly attachment: Attachment }) {
  const { fileId, mediaType, state } = attachment
  const { uploads } = useClient()
  const isPicture = mediaTypeToInputKind(mediaType) === 'image'
  const blob = isPicture ? uploads.readBlob(fileId) : null
  const here = useBlobAddress(blob)
  const there = useFileAddress(fileId, 'thumbnail', isPicture && blob === null && state === 'ready')
  const address = here ?? there.url
  if (isPicture && address !== null && !isUseless(attachment)) {
    // The name is beside it.
    return <img src={address} alt="" className="size-9 shrink-0 rounded-sm object-cover" onError={there.renew} />
  }
  const Icon = isUseless(attachment) ? CircleAlert : isPicture ? Image : mediaType.startsWith('audio/') ? AudioLines : FileText
  return (
    <span className="grid size-9 shrink-0 place-items-center rounded-sm bg-hover text-faint">
      <Icon size={16} aria-hidden />
    </span>
  )
}

function stateToWords({ state, progress, error }: Attachment, text: Text): string | null {
  switch (state) {
    case 'ready':
      return null
    case 'uploading':
      return text('files.state.uploading', { percent: toPercent(progress) })
    case 'refused':
      return text('files.state.refused', { error: error ?? '' })
    case 'waiting':
    case 'examining':
    case 'elsewhere':
    case 'missing':
      return text(`files.state.${state}`)
  }
}

function toPercent(progress: number): number {
  return Math.round(Math.min(1, Math.max(0, progress)) * 100)
}
