import { lazyPart } from './lazy-part.tsx'
import type { SheetProps } from './sheet-props.ts'

const SheetImpl = lazyPart<SheetProps>(() => import('./sheet-impl.tsx').then((module) => module.SheetImpl), {
  close: ({ onClose }) => onClose,
})

/** A panel over the page: from the bottom on a phone, otherwise from the side. */
export function Sheet(props: SheetProps) {
  if (!props.isOpen) return null
  return <SheetImpl {...props} />
}
