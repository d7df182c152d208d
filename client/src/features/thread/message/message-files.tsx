import { mediaTypeToInputKind, type FilePart } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { lazyPart } from '../../../ui/lazy-part.tsx'
import { DocumentChip } from './document-chip.tsx'
import type { LightboxProps } from './lightbox.tsx'
import { PictureThumbnail } from './picture-thumbnail.tsx'
import { RecordingPlayer } from './recording-player.tsx'

const Lightbox = lazyPart<LightboxProps>(() => import('./lightbox.tsx').then((module) => module.Lightbox), {
  close: ({ onClose }) => onClose,
})

/** Files of a message: its pictures as thumbnails that open, its recordings with a player, everything else by name. */
export function MessageFiles({ files, className = '' }: { readonly files: readonly FilePart[]; readonly className?: string }) {
  const text = useText()
  const [openIndex, setOpenIndex] = useState<number | null>(null)
  const pictures = files.filter(isPicture)
  return (
    <>
      <ul
        className={`flex flex-wrap gap-1.5 text-sm ${className}`}
        aria-label={text('files.message')}
        data-testid="message-files"
      >
        {files.map((file) => (
          <li key={file.fileId} className="max-w-full min-w-0" data-testid="message-file" data-file-id={file.fileId}>
            {isPicture(file) ? (
              <PictureThumbnail file={file} isAlone={files.length === 1} onOpen={() => setOpenIndex(pictures.indexOf(file))} />
            ) : mediaTypeToInputKind(file.mediaType) === 'audio' ? (
              <RecordingPlayer file={file} />
            ) : (
              <DocumentChip file={file} />
            )}
          </li>
        ))}
      </ul>
      {openIndex !== null && (
        <Lightbox pictures={pictures} index={openIndex} onIndex={setOpenIndex} onClose={() => setOpenIndex(null)} />
      )}
    </>
  )
}

function isPicture({ mediaType }: FilePart): boolean {
  return mediaTypeToInputKind(mediaType) === 'image'
}
