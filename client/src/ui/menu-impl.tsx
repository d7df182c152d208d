import { Menu as BaseMenu } from '@base-ui/react/menu'
import { ChevronRight } from 'lucide-react'
import { useRef, useState } from 'react'
import type { MenuItem, MenuProps } from './menu-props.ts'
import { useBackCloses } from './use-back-closes.ts'

const popupClass =
  'max-h-(--available-height) min-w-44 origin-(--transform-origin) overflow-y-auto rounded-md border border-line bg-raised p-1 text-sm shadow-overlay transition-[opacity,scale] duration-120 ease-calm outline-none data-ending-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:scale-[0.98] data-starting-style:opacity-0'
const itemClass =
  'flex h-8 cursor-pointer items-center gap-2.5 rounded-sm px-2.5 outline-none select-none data-highlighted:bg-hover data-popup-open:bg-hover touch:h-11'

/** Mounts after the click on the trigger, so it opens immediately. */
export function MenuImpl({ label, items, className, icon, align = 'end', triggerRef }: MenuProps) {
  const [isOpen, setOpen] = useState(true)
  useBackCloses(isOpen, () => setOpen(false))
  const pendingRun = useRef<(() => void) | null>(null)
  const runAfterClose = (run: () => void) => {
    pendingRun.current = run
  }
  return (
    <BaseMenu.Root
      open={isOpen}
      onOpenChange={setOpen}
      onOpenChangeComplete={(open) => {
        const run = pendingRun.current
        pendingRun.current = null
        if (!open) run?.()
      }}
    >
      <BaseMenu.Trigger ref={triggerRef} aria-label={label} title={label} className={className}>
        {icon}
      </BaseMenu.Trigger>
      <BaseMenu.Portal>
        <BaseMenu.Positioner className="z-40 outline-none" sideOffset={4} align={align}>
          <BaseMenu.Popup className={popupClass}>
            {items.map((item) => (
              <Entry key={item.label} item={item} onRunAfterClose={runAfterClose} />
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  )
}

interface EntryProps {
  readonly item: MenuItem
  readonly onRunAfterClose: (run: () => void) => void
}

function Entry({ item, onRunAfterClose }: EntryProps) {
  const { onSelect } = item
  const content = (
    <>
      {item.icon !== undefined && <span className={item.tone === 'danger' ? '' : 'text-faint'}>{item.icon}</span>}
      <span className="truncate">{item.label}</span>
    </>
  )
  if (!item.items) {
    return (
      <BaseMenu.Item
        onClick={item.takesFocus && onSelect ? () => onRunAfterClose(onSelect) : onSelect}
        className={`${itemClass} ${item.tone === 'danger' ? 'text-danger-ink' : 'text-ink'}`}
      >
        {content}
      </BaseMenu.Item>
    )
  }
  return (
    <BaseMenu.SubmenuRoot>
      <BaseMenu.SubmenuTrigger className={itemClass}>
        {content}
        <ChevronRight size={14} aria-hidden className="ml-auto text-faint" />
      </BaseMenu.SubmenuTrigger>
      <BaseMenu.Portal>
        <BaseMenu.Positioner className="z-40 outline-none" sideOffset={2} alignOffset={-4}>
          <BaseMenu.Popup className={`${popupClass} max-w-72`}>
            {item.items.map((inner) => (
              <Entry key={inner.label} item={inner} onRunAfterClose={onRunAfterClose} />
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.SubmenuRoot>
  )
}
