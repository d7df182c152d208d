import '../../i18n/later-english.ts'
import { useEffect, useRef } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useStore } from '../../lib/use-store.ts'
import { useClient } from '../../react/client-context.tsx'
import { trpc } from '../../react/trpc-react.ts'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import { useToast } from '../../ui/toasts.tsx'

/**
 * Starts the import of each export once it is uploaded, whatever page is open. The import has the id of its file, so that a repeat by
 * another tab or after a reload gives the same one.
 */
export function ImportStarter() {
  const text = useText()
  const toast = useToast()
  const utils = trpc.useUtils()
  const { uploads } = useClient()
  const items = useStore(uploads)
  const { mutate } = trpc.imports.start.useMutation()
  const started = useRef(new Set<string>())
  useEffect(() => {
    for (const { fileId, name, purpose, state } of items) {
      if (purpose !== 'import' || state !== 'ready' || started.current.has(fileId)) continue
      started.current.add(fileId)
      mutate(
        { fileId, importId: fileId },
        {
          onError: (error) => {
            const { kind, message } = errorToFailure(error)
            toast({
              tone: 'danger',
              text:
                kind === 'refused'
                  ? text('import.start.failed', { name, why: message.replace(/^fileId: /u, '') })
                  : text('failed.unreachable'),
            })
            // Without an answer it is tried again; what is no export has no use here.
            if (kind === 'refused') uploads.remove(fileId)
            else started.current.delete(fileId)
          },
          onSettled: () => void utils.imports.list.invalidate(),
        },
      )
    }
  }, [items, mutate, text, toast, uploads, utils])
  return null
}
