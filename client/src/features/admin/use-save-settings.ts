import type { AdminSettings } from '@holdfast/shared'
import { trpc } from '../../react/trpc-react.ts'
import { useToast } from '../../ui/toasts.tsx'
import { useFailureToast } from '../../react/use-failure-toast.ts'

/** Settings to change. Those that are absent stay. */
type Changes = Partial<AdminSettings['settings']>

/** Saves settings of the server. `said` is shown when they are saved; a failure is always shown. */
export function useSaveSettings() {
  const toast = useToast()
  const showFailure = useFailureToast()
  const utils = trpc.useUtils()
  const { mutate, isPending } = trpc.admin.settings.update.useMutation()
  const save = (changes: Changes, said: string) =>
    mutate(changes, {
      onSuccess: (saved) => {
        utils.admin.settings.get.setData(undefined, saved)
        toast({ text: said })
      },
      onError: showFailure,
    })
  return { save, isPending }
}
