import { useQuery } from '@tanstack/react-query'
import type { FilePart } from '@holdfast/shared'
import { useText } from '../../../i18n/use-text.ts'
import { useClient } from '../../../react/client-context.tsx'
import { errorToFailure } from '../../../sdk/transport/failure.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { LoadingShape } from '../../../ui/loading-shape.tsx'
import { Skeleton } from '../../../ui/skeleton.tsx'

export interface TextPreviewProps {
  readonly file: FilePart
  readonly onClose: () => void
  readonly onDownload: () => void
}

/** A longer text is cut: laying out one large text takes seconds. UTF-16 units. */
const maxShownLength = 100_000

/** The text of a document, as the model reads it. */
export function TextPreview({ file, onClose, onDownload }: TextPreviewProps) {
  const text = useText()
  const { data, isPending, error } = useFileText(file)
  return (
    <Dialog title={file.name} isOpen onClose={onClose} width="wide" testId="text-preview">
      {isPending ? (
        <LoadingShape className="space-y-3">
          <Skeleton className="w-5/6" />
          <Skeleton className="w-full" />
          <Skeleton className="w-2/3" />
        </LoadingShape>
      ) : data === undefined ? (
        <p className="text-sm text-soft">
          {text(error && errorToFailure(error).kind === 'refused' ? 'files.no-text' : 'files.unavailable')}
        </p>
      ) : (
        <>
          <pre
            className="max-h-[60dvh] overflow-y-auto rounded-md bg-code p-3 font-mono text-xs leading-relaxed wrap-anywhere whitespace-pre-wrap"
            role="region"
            aria-label={file.name}
            tabIndex={0}
            dir="auto"
          >
            {data.slice(0, maxShownLength)}
          </pre>
          {data.length > maxShownLength && <p className="mt-2 text-xs text-faint">{text('files.text-cut')}</p>}
        </>
      )}
      <div className="mt-4 flex justify-end">
        <Button size="small" onClick={onDownload}>
          {text('files.download.short')}
        </Button>
      </div>
    </Dialog>
  )
}

/** The extracted text; that of a file that was not sent yet is read here, if it is one. */
function useFileText({ fileId, mediaType }: FilePart) {
  const { trpc, uploads } = useClient()
  return useQuery({
    queryKey: ['file-text', fileId],
    queryFn: async ({ signal }) => {
      const blob = uploads.readBlob(fileId)
      if (blob && mediaType.startsWith('text/')) return blob.text()
      const { url } = await trpc.files.url.query({ fileId, variant: 'text' }, { signal })
      const response = await fetch(url, { signal })
      if (!response.ok) throw new Error(`the file answered ${response.status}`)
      return response.text()
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
}
