import { useLingui } from '@lingui/react'
import { useCallback } from 'react'
import type { TextId } from './english/index.ts'
import { isolate } from './isolate.ts'

export type TextValues = Readonly<Record<string, string | number>>
export type Text = (id: TextId, values?: TextValues) => string

/** Returns the function that formats a text of the interface in the current language. */
export function useText(): Text {
  const { i18n } = useLingui()
  return useCallback((id: TextId, values?: TextValues) => i18n._(id, isolate(values)), [i18n])
}
