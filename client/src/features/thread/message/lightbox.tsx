import { Dialog } from '@base-ui/react/dialog'
import type { FilePart } from '@holdfast/shared'
import { ChevronLeft, ChevronRight, Download, X } from 'lucide-react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { useClient } from '../../../react/client-context.tsx'
import { useBlobAddress } from '../../../react/use-blob-address.ts'
import { useFileAddress } from '../../../react/use-file-address.ts'
import { useFileDownload } from '../../../react/use-file-download.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { useToast } from '../../../ui/toasts.tsx'
import { useBackCloses } from '../../../ui/use-back-closes.ts'

export interface LightboxProps {
  readonly pictures: readonly FilePart[]
  readonly index: number
  readonly onIndex: (index: number) => void
  readonly onClose: () => void
}

/** A picture as large as the window allows. The arrow keys go through the pictures of the message. */
export function Lightbox({ pictures, index, onIndex, onClose }: LightboxProps) {
  const text = useText()
  const toast = useToast()
  const download = useFileDownload((message) => toast({ tone: 'danger', text: message ?? text('files.unavailable') }))
  useBackCloses(true, onClose)
  const picture = pictures[index]
  if (!picture) return null
  const last = pictures.length - 1
  const onKeyDown = (event: KeyboardEvent) => {
    const targets: Readonly<Record<string, number>> = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: last }
    const target = targets[event.key]
    if (target === undefined) return
    event.preventDefault()
    onIndex(Math.min(last, Math.max(0, target)))
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-50 bg-paper/95" />
        <Dialog.Popup className="fixed inset-0 z-50 flex flex-col outline-none" onKeyDown={onKeyDown} data-testid="lightbox">
          <div className="flex shrink-0 items-center gap-1 p-2 pl-4">
            <Dialog.Title className="min-w-0 truncate text-sm font-medium" dir="auto">
              {picture.name}
            </Dialog.Title>
            {pictures.length > 1 && (
              <span className="shrink-0 px-2 text-xs text-faint tabular-nums" role="status">
                {text('files.position', { position: index + 1, count: pictures.length })}
              </span>
            )}
            <IconButton
              label={text('files.download', { name: picture.name })}
              className="ml-auto"
              onClick={() => download(picture)}
            >
              <Download size={17} aria-hidden />
            </IconButton>
            <Dialog.Close
              aria-label={text('close')}
              title={text('close')}
              className="grid size-9 place-items-center rounded-sm text-faint hover:bg-hover hover:text-ink touch:size-11"
            >
              <X size={17} aria-hidden />
            </Dialog.Close>
          </div>
          <div className="relative flex min-h-0 flex-1 items-center justify-center px-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
            <Picture key={picture.fileId} picture={picture} />
            {pictures.length > 1 && (
              <>
                <Step label={text('files.previous')} side="left-2" isDisabled={index === 0} onClick={() => onIndex(index - 1)}>
                  <ChevronLeft size={20} aria-hidden />
                </Step>
                <Step label={text('files.next')} side="right-2" isDisabled={index === last} onClick={() => onIndex(index + 1)}>
                  <ChevronRight size={20} aria-hidden />
                </Step>
              </>
            )}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Picture({ picture: { fileId, name } }: { readonly picture: FilePart }) {
  const text = useText()
  const { uploads } = useClient()
  const blob = uploads.readBlob(fileId)
  const here = useBlobAddress(blob)
  const there = useFileAddress(fileId, 'original', blob === null)
  const address = here ?? there.url
  if (there.isFailed) return <p className="text-sm text-soft">{text('files.unavailable')}</p>
  if (address === null) return <p className="sr-only">{text('loading')}</p>
  return (
    <img
      src={address}
      alt={name}
      className="max-h-full max-w-full rounded-sm object-contain"
      onError={here === null ? there.renew : undefined}
    />
  )
}

interface StepProps {
  readonly label: string
  readonly side: 'left-2' | 'right-2'
  readonly isDisabled: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}

function Step({ label, side, isDisabled, onClick, children }: StepProps) {
  return (
    <IconButton
      label={label}
      // A disabled button would drop the focus at the end of the row.
      aria-disabled={isDisabled}
      onClick={() => !isDisabled && onClick()}
      className={`absolute top-1/2 ${side} -translate-y-1/2 rounded-full border border-line bg-raised shadow-overlay ${isDisabled ? 'opacity-40' : ''}`}
    >
      {children}
    </IconButton>
  )
}
