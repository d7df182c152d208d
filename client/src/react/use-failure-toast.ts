import { useCallback } from 'react'
import { useText } from '../i18n/use-text.ts'
import { useToast } from '../ui/toasts.tsx'
import { errorToSentence } from './error-to-sentence.ts'

/** Shows why an action failed. The function stays the same. */
export function useFailureToast(): (error: unknown) => void {
  const text = useText()
  const toast = useToast()
  return useCallback((error) => toast({ tone: 'danger', text: errorToSentence(error, text) }), [toast, text])
}
