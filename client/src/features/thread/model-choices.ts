import { createContext } from 'react'
import type { PickerItem } from '../../ui/picker.tsx'

/** The models that can be asked instead. */
export const ModelChoicesContext = createContext<readonly PickerItem[]>([])
