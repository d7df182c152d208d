import type { FilePart } from '@holdfast/shared'
import { errorToFailure } from '../sdk/transport/failure.ts'
import { download, downloadAddress } from '../ui/download.ts'
import { useClient } from './client-context.tsx'

/**
 * Saves a file to the person's downloads.
 * @param onFailed gets what the server says; null when it was not reached
 */
export function useFileDownload(onFailed: (message: string | null) => void): (file: Pick<FilePart, 'fileId' | 'name'>) => void {
  const { trpc, uploads } = useClient()
  return ({ fileId, name }) => {
    // Not sent yet: it is here.
    const blob = uploads.readBlob(fileId)
    if (blob) return download(blob, name)
    trpc.files.url.query({ fileId }).then(
      ({ url }) => downloadAddress(url, name),
      (error: unknown) => {
        const { kind, message } = errorToFailure(error)
        onFailed(kind === 'refused' ? message : null)
      },
    )
  }
}
