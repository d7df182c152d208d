import { maxFilesPerMessage } from '@holdfast/shared'
import { locale } from '../../i18n/locale.ts'
import { useText } from '../../i18n/use-text.ts'
import { useStore } from '../../lib/use-store.ts'
import { useClient } from '../../react/client-context.tsx'
import { trpc } from '../../react/trpc-react.ts'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import { useAnnouncer } from '../../ui/announcer.tsx'
import { formatBytes } from '../../ui/format-amount.ts'
import { useToast } from '../../ui/toasts.tsx'
import { toAttachment, type Attachment } from './attachment.ts'
import { lookAgainMs } from './look-again-ms.ts'
import type { WrittenFile } from './pasted-text.ts'

export interface Attachments {
  readonly attachments: readonly Attachment[]
  /** Begins to upload the files. Says which it leaves out. */
  readonly add: (files: readonly File[]) => void
  readonly remove: (fileId: string) => void
}

export interface AttachmentsOptions {
  readonly files: readonly WrittenFile[]
  readonly onFiles: (files: readonly WrittenFile[]) => void
  /** The largest file that the server takes; null: not known yet. */
  readonly maxBytes: number | null
}

/** The files of the message that is being written: those that this device sends, and those of a draft from another device. */
export function useAttachments({ files, onFiles, maxBytes }: AttachmentsOptions): Attachments {
  const text = useText()
  const toast = useToast()
  const { say } = useAnnouncer()
  const client = useClient()
  const uploads = useStore(client.uploads)
  const isHere = ({ fileId }: WrittenFile) => uploads.some((upload) => upload.fileId === fileId)
  const foreign = files.filter((file) => !isHere(file))
  const queries = trpc.useQueries((t) =>
    foreign.map(({ fileId }) =>
      t.files.get(
        { fileId },
        {
          staleTime: Number.POSITIVE_INFINITY,
          refetchInterval: ({ state }) => lookAgainMs(state),
          retry: false,
        },
      ),
    ),
  )
  const known = new Map(
    foreign.map(({ fileId }, index) => {
      const query = queries[index]
      const isMissing = query?.error != null && errorToFailure(query.error).code === 'NOT_FOUND'
      return [fileId, query?.data ?? (isMissing ? ('missing' as const) : null)] as const
    }),
  )
  return {
    attachments: files.map((file) =>
      toAttachment(
        file,
        uploads.find(({ fileId }) => fileId === file.fileId),
        known.get(file.fileId) ?? null,
      ),
    ),
    add: (added) => {
      const small = added.filter(({ name, size }) => {
        const fits = maxBytes === null || size <= maxBytes
        if (!fits) toast({ tone: 'danger', text: text('files.too-large', { name, max: formatBytes(maxBytes, locale) }) })
        return fits
      })
      const taken = small.slice(0, Math.max(0, maxFilesPerMessage - files.length))
      const left = small.length - taken.length
      if (left > 0) toast({ tone: 'danger', text: text('files.too-many', { max: maxFilesPerMessage, count: left }) })
      if (taken.length === 0) return
      const items = taken.map((file) => client.uploads.add(file, file.name))
      onFiles([...files, ...items.map(({ fileId, name }) => ({ fileId, name }))])
      say(text('files.added', { count: items.length }))
    },
    remove: (fileId) => {
      client.uploads.remove(fileId)
      onFiles(files.filter((file) => file.fileId !== fileId))
    },
  }
}
