import '../i18n/later-english.ts'
import type { Provider } from '@holdfast/shared'
import { useText } from '../i18n/use-text.ts'
import { trpc } from '../react/trpc-react.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useToast } from '../ui/toasts.tsx'
import { FoundPrograms } from './found-programs.tsx'
import { LocalModel } from './local-model.tsx'
import { ProviderForm } from './provider-form.tsx'
import type { ProviderScope } from './provider-scope.ts'

export interface AddModelDialogProps {
  /** Whose. By default for everyone where one may, otherwise one's own. */
  readonly scope?: ProviderScope
  readonly onClose: () => void
}

/** Adds a provider for everyone or for oneself, as far as one may. For all others it says whom to ask. */
export function AddModelDialog({ scope, onClose }: AddModelDialogProps) {
  const text = useText()
  const toast = useToast()
  const models = trpc.models.list.useQuery()
  const allowed = models.data?.mayAdd
  const mayAdd = allowed === undefined || allowed === 'none' ? allowed : (scope ?? allowed)
  const onSaved = ({ name, defaultModel }: Provider) => {
    toast({ text: text('providers.ready', { name, model: defaultModel }) })
    onClose()
  }
  return (
    <Dialog title={text('providers.add')} isOpen onClose={onClose} testId="add-model">
      {mayAdd === undefined && <Skeleton className="h-10" />}
      {mayAdd === 'none' && <p className="text-sm text-soft">{text('providers.ask')}</p>}
      {mayAdd === 'everyone' && <FoundPrograms onSaved={onSaved} />}
      {mayAdd === 'everyone' && <LocalModel />}
      {(mayAdd === 'everyone' || mayAdd === 'own') && <ProviderForm scope={mayAdd} onSaved={onSaved} />}
    </Dialog>
  )
}
