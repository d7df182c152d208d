import { createContext } from 'react'
import type { PickerItem } from '../../../ui/picker-props.ts'

/** Other models that can answer. */
export const ModelChoicesContext = createContext<readonly PickerItem[]>([])
