import { useEffect, useRef } from 'react'
import { lazyPart } from '../../ui/lazy-part.tsx'
import type { PaletteImplProps, PaletteProps } from './palette-props.ts'

const PaletteImpl = lazyPart(() => import('./palette-impl.tsx').then((module) => module.PaletteImpl), {
  close: ({ onClose }: PaletteImplProps) => onClose,
})

/** Conversations, commands and all messages, under one key. */
export function Palette(props: PaletteProps) {
  const { isOpen, onClose } = props
  const pendingRun = useRef<(() => void) | null>(null)
  useEffect(() => {
    const run = pendingRun.current
    if (isOpen || run === null) return
    pendingRun.current = null
    // The dialog returns the focus in a microtask that its own cleanup, which has already run, has queued.
    queueMicrotask(run)
  }, [isOpen])
  if (!isOpen) return null
  return (
    <PaletteImpl
      {...props}
      onRunAfterClose={(run) => {
        pendingRun.current = run
        onClose()
      }}
    />
  )
}
