import type { FilePart } from '@holdfast/shared'
import { Download, FileText } from 'lucide-react'
import { useState } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { useFileDownload } from '../../../react/use-file-download.ts'
import { formatBytes } from '../../../ui/format-amount.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { lazyPart } from '../../../ui/lazy-part.tsx'
import { useToast } from '../../../ui/toasts.tsx'
import type { TextPreviewProps } from './text-preview.tsx'
import { UploadProgress } from './upload-progress.tsx'

const TextPreview = lazyPart<TextPreviewProps>(() => import('./text-preview.tsx').then((module) => module.TextPreview), {
  close: ({ onClose }) => onClose,
})

/** A file that is neither a picture nor a recording: its text can be previewed, and it can be downloaded. */
export function DocumentChip({ file }: { readonly file: FilePart }) {
  const text = useText()
  const [isOpen, setOpen] = useState(false)
  const toast = useToast()
  const download = useFileDownload((message) => toast({ tone: 'danger', text: message ?? text('files.unavailable') }))
  const { fileId, name, bytes } = file
  return (
    <div className="flex max-w-80 items-center rounded-md border border-line bg-raised pr-0.5" data-testid="document">
      <button
        type="button"
        onClick={() => setOpen(true)}
        title={text('files.preview-text', { name })}
        aria-haspopup="dialog"
        className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-md px-2.5 text-left -outline-offset-2 hover:bg-hover touch:h-11"
      >
        <FileText size={16} aria-hidden className="shrink-0 text-faint" />
        <span className="truncate" dir="auto">
          {name}
        </span>
        <span className="shrink-0 text-xs text-faint tabular-nums">{formatBytes(bytes, locale)}</span>
        <UploadProgress fileId={fileId} className="min-w-0" />
      </button>
      <IconButton label={text('files.download', { name })} size="small" onClick={() => download(file)}>
        <Download size={14} aria-hidden />
      </IconButton>
      {isOpen && <TextPreview file={file} onClose={() => setOpen(false)} onDownload={() => download(file)} />}
    </div>
  )
}
