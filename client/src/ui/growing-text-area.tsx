import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import { hasTouchKeyboard } from './has-touch-keyboard.ts'

export interface GrowingTextAreaProps {
  readonly value: string
  readonly onValue: (value: string) => void
  readonly label: string
  readonly onSend: () => void
  readonly onEscape?: () => void
  readonly placeholder?: string
  readonly className?: string
  readonly isFocused?: boolean
  /** `mod-enter`: Enter starts a line, and sends only while Ctrl or ⌘ is held. */
  readonly sendKey?: 'enter' | 'mod-enter'
  /** True: the text was taken and does not go into the field. `isPlain`: it was pasted with Shift held. */
  readonly onPasteText?: (text: string, isPlain: boolean) => boolean
  /** Where messages are written, so that shortcuts know it. */
  readonly isComposer?: boolean
  readonly testId?: string
  readonly inputRef?: RefObject<HTMLTextAreaElement | null>
}

const growsByItself = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content')

/**
 * A text field that is as high as its text, up to two fifths of the window. Enter sends and Shift+Enter starts a line, unless `sendKey`
 * says otherwise; on a touch keyboard Enter starts a line, because there is no Shift to hold.
 */
export function GrowingTextArea(props: GrowingTextAreaProps) {
  const own = useRef<HTMLTextAreaElement>(null)
  const ref = props.inputRef ?? own
  const isShiftHeld = useRef(false)
  const enterStartsLine = props.sendKey === 'mod-enter' || hasTouchKeyboard()
  useLayoutEffect(() => {
    const element = ref.current
    if (!element || growsByItself) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [props.value, ref])
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
        if (props.onPasteText?.(event.clipboardData.getData('text/plain'), isShiftHeld.current)) event.preventDefault()
      }}
      onKeyUp={(event) => (isShiftHeld.current = event.shiftKey)}
      onBlur={() => (isShiftHeld.current = false)}
      onKeyDown={(event) => {
        isShiftHeld.current = event.shiftKey
        // Safari ends a composition before the key event that ended it (WebKit 165004): 229 tells.
        if (event.nativeEvent.isComposing || event.keyCode === 229) return
        if (event.key === 'Enter' && !event.shiftKey && !event.altKey && (event.ctrlKey || event.metaKey || !enterStartsLine)) {
          event.preventDefault()
          props.onSend()
        } else if (event.key === 'Escape' && props.onEscape) {
          event.preventDefault()
          event.stopPropagation()
          props.onEscape()
        }
      }}
    />
  )
}
