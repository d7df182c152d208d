import type { FilePart } from '@holdfast/shared'
import { Image } from 'lucide-react'
import { useText } from '../../../i18n/use-text.ts'
import { useClient } from '../../../react/client-context.tsx'
import { useBlobAddress } from '../../../react/use-blob-address.ts'
import { useFileAddress } from '../../../react/use-file-address.ts'
import { UploadProgress } from './upload-progress.tsx'

export interface PictureThumbnailProps {
  readonly file: FilePart
  /** The only file of its message: it is shown larger. */
  readonly isAlone: boolean
  readonly onOpen: () => void
}

const heights = { alone: 14, several: 8 }
const widest = 24

/** A picture in a message. Its place has its size before it is loaded, so that nothing moves. */
export function PictureThumbnail({ file, isAlone, onOpen }: PictureThumbnailProps) {
  const text = useText()
  const { uploads } = useClient()
  const { fileId, name, width, height } = file
  const blob = uploads.readBlob(fileId)
  const here = useBlobAddress(blob)
  const there = useFileAddress(fileId, 'thumbnail', blob === null)
  const address = here ?? there.url
  const box = toBox(width, height, isAlone ? heights.alone : heights.several)
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-label={text('files.open-picture', { name })}
      title={name}
      style={{ width: `${box.width}rem`, aspectRatio: `${box.width} / ${box.height}` }}
      className="relative block max-w-full overflow-hidden rounded-md border border-line bg-hover"
      data-testid="picture"
    >
      {address === null ? (
        <span className="grid size-full place-items-center text-faint">
          <Image size={20} aria-hidden />
        </span>
      ) : (
        // The button has the name.
        <img
          src={address}
          alt=""
          draggable={false}
          className="size-full object-cover"
          onError={here === null ? there.renew : undefined}
        />
      )}
      <UploadProgress fileId={fileId} className="absolute inset-x-0 bottom-0 bg-raised/85 px-2 py-1" />
    </button>
  )
}

/** In rem. Unknown sizes are square; very wide and very tall pictures are cut. */
function toBox(width: number | undefined, height: number | undefined, tallest: number) {
  if (width === undefined || height === undefined) return { width: tallest, height: tallest }
  const ratio = Math.min(4, Math.max(0.4, width / height))
  const shown = Math.min(widest, tallest * ratio)
  return { width: shown, height: shown / ratio }
}
