import { useMemo } from 'react'
import { modelsToPickerItems, type ModelItem } from '../../features/models/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { addingModel } from './adding-model.ts'
import { trpc } from '../../react/trpc-react.ts'

export interface KnownModels {
  /** The default is the first. Empty until they are known. */
  readonly items: readonly ModelItem[]
  readonly warning: string | null
  /** Only the built-in demo model is available. */
  readonly isDemo: boolean
  /** Whether the user may add a model for everyone, for themselves, or not at all. */
  readonly mayAdd: 'everyone' | 'own' | 'none'
  /** Opens the dialog that adds one. Undefined where the user may not. */
  readonly onAdd: (() => void) | undefined
}

/** The time for which the server caches the providers' lists. */
const freshMs = 10 * 60_000
const none: KnownModels = { items: [], warning: null, isDemo: false, mayAdd: 'none', onAdd: undefined }
const openDialog = () => addingModel.set(true)

/** The available models. */
export function useModels(): KnownModels {
  const text = useText()
  const { data } = trpc.models.list.useQuery(undefined, { staleTime: freshMs })
  return useMemo(() => {
    if (!data) return none
    const { items, warning, mayAdd } = data
    return {
      items: modelsToPickerItems(items, text),
      warning,
      mayAdd,
      onAdd: mayAdd === 'none' ? undefined : openDialog,
      isDemo: items.length > 0 && items.every((model) => model.demo),
    }
  }, [data, text])
}
