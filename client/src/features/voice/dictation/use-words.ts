import { useCallback, useEffect, useRef, type RefObject } from 'react'
import { insertWords } from './insert-words.ts'

export interface Field {
  readonly inputRef: RefObject<HTMLTextAreaElement | null>
  /** Makes what is in the field the draft, and keeps it on the device. */
  readonly keep: (typed: string) => void
}

/**
 * Puts words into the message box. An input method that is in the middle of a word is let finish it: nothing that a person types is
 * disturbed.
 */
export function useWords({ inputRef, keep }: Field): (words: string, replaces: string | null) => void {
  const isTouched = useRef(false)
  const isComposing = useRef(false)
  const waiting = useRef<(() => void)[]>([])
  const latestKeep = useRef(keep)
  useEffect(() => {
    latestKeep.current = keep
  })
  useEffect(() => {
    const field = inputRef.current
    if (!field) return
    const touch = () => (isTouched.current = true)
    const begin = () => (isComposing.current = true)
    const end = () => {
      isComposing.current = false
      for (const insert of waiting.current.splice(0)) insert()
    }
    const listeners = [
      ['pointerdown', touch],
      ['keydown', touch],
      ['compositionstart', begin],
      ['compositionend', end],
    ] as const
    for (const [type, listener] of listeners) field.addEventListener(type, listener)
    return () => {
      for (const [type, listener] of listeners) field.removeEventListener(type, listener)
    }
  }, [inputRef])
  return useCallback(
    (words, replaces) => {
      const insert = () => {
        const field = inputRef.current
        if (!field) return
        insertWords(field, words, { replaces, isUntouched: !isTouched.current && field.selectionEnd === 0 })
        isTouched.current = true
        latestKeep.current(field.value)
      }
      if (isComposing.current) waiting.current.push(insert)
      else insert()
    },
    [inputRef],
  )
}
