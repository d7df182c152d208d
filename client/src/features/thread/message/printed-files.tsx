import { mediaTypeToInputKind, type FilePart } from '@holdfast/shared'
import { locale } from '../../../i18n/locale.ts'
import { useFileAddress } from '../../../react/use-file-address.ts'
import { formatBytes } from '../../../ui/format-amount.ts'

/** Files of a message on paper: pictures small, all with their names. */
export function PrintedFiles({ files }: { readonly files: readonly FilePart[] }) {
  if (files.length === 0) return null
  return (
    <ul className="mb-2 flex flex-wrap gap-2 text-sm" data-testid="printed-files">
      {files.map((file) => (
        <PrintedFile key={file.fileId} file={file} />
      ))}
    </ul>
  )
}

function PrintedFile({ file: { fileId, name, mediaType, bytes } }: { readonly file: FilePart }) {
  const isPicture = mediaTypeToInputKind(mediaType) === 'image'
  // Known already where the thread has shown it: printing does not wait.
  const { url } = useFileAddress(fileId, 'thumbnail', isPicture)
  return (
    <li className="max-w-full break-inside-avoid rounded-md border border-line px-2 py-1">
      {isPicture && url !== null && <img src={url} alt="" className="my-1 max-h-40 max-w-full rounded-sm" />}
      <span className="wrap-anywhere" dir="auto">
        {name}
      </span>{' '}
      <span className="text-xs text-faint tabular-nums">{formatBytes(bytes, locale)}</span>
    </li>
  )
}
