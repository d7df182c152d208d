import { mediaTypeToInputKind, type FileInfo } from '@holdfast/shared'
import { ChevronRight, Download, FileText, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { locale } from '../../i18n/locale.ts'
import { useText } from '../../i18n/use-text.ts'
import { useFileAddress } from '../../react/use-file-address.ts'
import { useFileDownload } from '../../react/use-file-download.ts'
import { formatBytes } from '../../ui/format-amount.ts'
import { formatWhen } from '../../ui/format-time.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { FileUses } from './file-uses.tsx'

export interface FileRowProps {
  readonly file: FileInfo
  readonly onDelete: (row: Element | null) => void
}

/** A file in the list of all files. */
export function FileRow({ file, onDelete }: FileRowProps) {
  const text = useText()
  const toast = useToast()
  const { id, name, mediaType, bytes, state, error, createdAt } = file
  const isPicture = state === 'ready' && mediaTypeToInputKind(mediaType) === 'image'
  const thumbnail = useFileAddress(id, 'thumbnail', isPicture)
  const download = useFileDownload((message) => toast({ tone: 'danger', text: message ?? text('files.unavailable') }))
  const [isOpen, setIsOpen] = useState(false)
  const usesId = useId()
  const usesLabel = text('files.uses.of', { name })
  const facts = [
    formatBytes(bytes, locale),
    formatWhen(createdAt, locale),
    state === 'refused' ? text('files.state.refused', { error: error ?? '' }) : null,
    state === 'uploading' ? text('files.state.waiting') : null,
  ]
  return (
    <li className="flex items-start gap-3 py-2" data-part="file-row" data-testid="file-row" data-file-id={id}>
      {isPicture && thumbnail.url !== null ? (
        <img
          src={thumbnail.url}
          alt=""
          loading="lazy"
          className="size-10 shrink-0 rounded-sm object-cover"
          onError={thumbnail.renew}
        />
      ) : (
        <span className="grid size-10 shrink-0 place-items-center rounded-sm bg-hover text-faint">
          <FileText size={17} aria-hidden />
        </span>
      )}
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium" title={name} dir="auto">
          {name}
        </p>
        <p className="text-xs text-faint tabular-nums">{facts.filter((fact) => fact !== null).join(' · ')}</p>
        {state === 'ready' && (
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={isOpen ? usesId : undefined}
            aria-label={usesLabel}
            onClick={() => setIsOpen(!isOpen)}
            className="mt-0.5 -ml-1 flex items-center gap-1 rounded-sm px-1 py-0.5 text-xs text-soft hover:bg-hover hover:text-ink touch:min-h-11"
            data-testid="show-file-uses"
          >
            <ChevronRight size={12} aria-hidden className={isOpen ? 'rotate-90' : ''} />
            {text('files.uses')}
          </button>
        )}
        {isOpen && <FileUses id={usesId} fileId={id} label={usesLabel} />}
      </div>
      {state === 'ready' && (
        <IconButton label={text('files.download', { name })} onClick={() => download({ fileId: id, name })}>
          <Download size={16} aria-hidden />
        </IconButton>
      )}
      <IconButton
        label={text('files.page.delete.one', { name })}
        onClick={(event) => onDelete(event.currentTarget.closest('li'))}
        data-testid="delete-file-row"
      >
        <Trash2 size={16} aria-hidden />
      </IconButton>
    </li>
  )
}
