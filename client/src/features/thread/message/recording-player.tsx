import type { FilePart } from '@holdfast/shared'
import { AudioLines, Download } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { useClient } from '../../../react/client-context.tsx'
import { useBlobAddress } from '../../../react/use-blob-address.ts'
import { useFileAddress } from '../../../react/use-file-address.ts'
import { useFileDownload } from '../../../react/use-file-download.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { useToast } from '../../../ui/toasts.tsx'
import { UploadProgress } from './upload-progress.tsx'

/** The first may be that of an address that has expired. */
const maxFailures = 2

/** A recording in a message, with the browser's own player. A browser that cannot play its format says so. */
export function RecordingPlayer({ file }: { readonly file: FilePart }) {
  const text = useText()
  const toast = useToast()
  const { uploads } = useClient()
  const download = useFileDownload((message) => toast({ tone: 'danger', text: message ?? text('files.unavailable') }))
  const [failures, setFailures] = useState(0)
  const { fileId, name } = file
  const blob = uploads.readBlob(fileId)
  const here = useBlobAddress(blob)
  const there = useFileAddress(fileId, 'original', blob === null)
  const address = here ?? there.url
  return (
    <div className="w-80 max-w-full rounded-md border border-line bg-raised" data-testid="recording-player">
      <div className="flex items-center gap-2 pr-0.5 pl-2.5">
        <AudioLines size={16} aria-hidden className="shrink-0 text-faint" />
        <span className="min-w-0 flex-1 truncate" dir="auto">
          {name}
        </span>
        <UploadProgress fileId={fileId} className="min-w-0" />
        <IconButton label={text('files.download', { name })} size="small" onClick={() => download(file)}>
          <Download size={14} aria-hidden />
        </IconButton>
      </div>
      {failures >= maxFailures ? (
        <p className="px-2.5 pb-2 text-xs text-soft">{text('files.unplayable')}</p>
      ) : (
        address !== null && (
          // oxlint-disable-next-line jsx-a11y/media-has-caption -- nobody has written down what a person's recording says
          <audio
            controls
            preload="none"
            src={address}
            aria-label={name}
            className="block h-10 w-full rounded-b-md"
            onError={() => {
              setFailures((count) => count + 1)
              there.renew()
            }}
          />
        )
      )}
    </div>
  )
}
