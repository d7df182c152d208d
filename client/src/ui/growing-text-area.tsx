import { useEffect, useRef, type RefObject } from 'react'
import { isComposing } from '../lib/is-composing.ts'
import { hasTouchKeyboard } from './has-touch-keyboard.ts'
import { useGrowingHeight } from './use-growing-height.ts'

export interface GrowingTextAreaProps {
  readonly value: string
  readonly onValue: (value: string) => void
  readonly label: string
  /** `isModified`: with Ctrl or ⌘. */
  readonly onSend: (isModified: boolean) => void
  readonly onEscape?: () => void
  readonly placeholder?: string
  readonly className?: string
  readonly isFocused?: boolean
  /** `mod-enter`: Enter inserts a line break, and sends only with Ctrl or ⌘. */
  readonly sendKey?: 'enter' | 'mod-enter'
  /** Returns true to keep the text out of the field. `isPlain`: pasted with Shift held. */
  readonly onPasteText?: (text: string, isPlain: boolean) => boolean
  /** Called with the files of the clipboard, when it has no text. */
  readonly onPasteFiles?: (files: readonly File[]) => void
  /** Marks the message field for shortcuts. */
  readonly isComposer?: boolean
  readonly testId?: string
  readonly inputRef?: RefObject<HTMLTextAreaElement | null>
}

/**
 * A text area that grows with its text, up to two fifths of the window. Enter sends and Shift+Enter inserts a line break, unless `sendKey`
 * says otherwise. On a touch keyboard, which has no Shift+Enter, Enter inserts a line break.
 */
export function GrowingTextArea(props: GrowingTextAreaProps) {
  const own = useRef<HTMLTextAreaElement>(null)
  const ref = props.inputRef ?? own
  const isShiftHeld = useRef(false)
  const enterStartsLine = props.sendKey === 'mod-enter' || hasTouchKeyboard()
  useGrowingHeight(ref, props.value)
  useEffect(() => {
    const element = ref.current
    if (!element || !props.isFocused) return
    element.focus()
    element.setSelectionRange(element.value.length, element.value.length)
  }, [props.isFocused, ref])

  return (
    <textarea
      ref={ref}
      rows={1}
      value={props.value}
      aria-label={props.label}
      placeholder={props.placeholder}
      data-testid={props.testId}
      data-composer={props.isComposer ? '' : undefined}
      dir="auto"
      enterKeyHint={enterStartsLine ? 'enter' : 'send'}
      className={`field-sizing-content max-h-[40dvh] resize-none overflow-y-auto bg-transparent text-base outline-none placeholder:text-faint ${props.className ?? ''}`}
      onChange={(event) => props.onValue(event.target.value)}
      onPaste={(event) => {
        const pasted = event.clipboardData.getData('text/plain')
        const files = pasted === '' ? [...event.clipboardData.files] : []
        if (files.length > 0 && props.onPasteFiles) {
          event.preventDefault()
          props.onPasteFiles(files)
        } else if (props.onPasteText?.(pasted, isShiftHeld.current)) event.preventDefault()
      }}
      onKeyUp={(event) => (isShiftHeld.current = event.shiftKey)}
      onBlur={() => (isShiftHeld.current = false)}
      onKeyDown={(event) => {
        isShiftHeld.current = event.shiftKey
        if (isComposing(event.nativeEvent)) return
        if (event.key === 'Enter' && !event.shiftKey && !event.altKey && (event.ctrlKey || event.metaKey || !enterStartsLine)) {
          event.preventDefault()
          props.onSend(event.ctrlKey || event.metaKey)
        } else if (event.key === 'Escape' && props.onEscape) {
          event.preventDefault()
          event.stopPropagation()
          props.onEscape()
        }
      }}
    />
  )
}
