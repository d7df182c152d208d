import type { AdminSettings } from '@holdfast/shared'
import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import { useToast } from '../../ui/toasts.tsx'

/** Settings to change. Those that are absent stay. */
type Changes = Partial<AdminSettings['settings']>

/** Saves settings of the server. `said` is shown when they are saved; a failure is always shown. */
export function useSaveSettings() {
  const text = useText()
  const toast = useToast()
  const utils = trpc.useUtils()
  const { mutate, isPending } = trpc.admin.settings.update.useMutation()
  const save = (changes: Changes, said: string) =>
    mutate(changes, {
      onSuccess: (saved) => {
        utils.admin.settings.get.setData(undefined, saved)
        toast({ text: said })
      },
      onError: (error) => {
        const { kind, message } = errorToFailure(error)
        toast({ tone: 'danger', text: kind === 'refused' ? message : text('failed.unreachable') })
      },
    })
  return { save, isPending }
}
