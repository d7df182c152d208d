import { Menu as BaseMenu } from '@base-ui/react/menu'
import { ChevronRight } from 'lucide-react'
import type { MenuItem, MenuProps } from './menu.tsx'

const popupClass =
  'max-h-(--available-height) min-w-44 origin-(--transform-origin) overflow-y-auto rounded-md border border-line bg-raised p-1 text-sm shadow-overlay transition-[opacity,scale] duration-120 ease-calm outline-none data-ending-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:scale-[0.98] data-starting-style:opacity-0'
const itemClass =
  'flex h-8 cursor-pointer items-center gap-2.5 rounded-sm px-2.5 outline-none select-none data-highlighted:bg-hover data-popup-open:bg-hover touch:h-11'

/** Mounted by the click that asked for it, so it opens at once. */
export function LoadedMenu({ label, items, className, icon, align = 'end' }: MenuProps) {
  return (
    <BaseMenu.Root defaultOpen>
      <BaseMenu.Trigger aria-label={label} title={label} className={className}>
        {icon}
      </BaseMenu.Trigger>
      <BaseMenu.Portal>
        <BaseMenu.Positioner className="z-40 outline-none" sideOffset={4} align={align}>
          <BaseMenu.Popup className={popupClass}>
            {items.map((item) => (
              <Entry key={item.label} item={item} />
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  )
}

function Entry({ item }: { readonly item: MenuItem }) {
  const content = (
    <>
      {item.icon !== undefined && <span className={item.tone === 'danger' ? '' : 'text-faint'}>{item.icon}</span>}
      <span className="truncate">{item.label}</span>
    </>
  )
  if (!item.items) {
    return (
      <BaseMenu.Item
        onClick={item.onSelect}
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
              <Entry key={inner.label} item={inner} />
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.SubmenuRoot>
  )
}
