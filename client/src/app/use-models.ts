import { useMemo } from 'react'
import { modelsToPickerItems } from '../features/models/index.ts'
import { useText } from '../i18n/use-text.ts'
import { trpc } from '../transport/trpc-react.ts'
import type { PickerItem } from '../ui/picker.tsx'

export interface KnownModels {
  /** The default is the first. Empty until they are known. */
  readonly items: readonly PickerItem[]
  readonly warning: string | null
  /** Nobody but the built-in program answers. */
  readonly isDemo: boolean
}

/** As long as the server keeps the providers' lists. */
const freshMs = 10 * 60_000
const none: KnownModels = { items: [], warning: null, isDemo: false }

/** The models that can be chosen. */
export function useModels(): KnownModels {
  const text = useText()
  const { data } = trpc.models.list.useQuery(undefined, { staleTime: freshMs })
  return useMemo(() => {
    if (!data) return none
    const { items, warning } = data
    return {
      items: modelsToPickerItems(items, text),
      warning,
      isDemo: items.length > 0 && items.every((model) => model.demo),
    }
  }, [data, text])
}
