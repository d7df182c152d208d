import { Menu as BaseMenu } from '@base-ui/react/menu'
import type { MenuProps } from './menu.tsx'

/** Mounted by the click that asked for it, so it opens at once. */
export function LoadedMenu({ label, items, className, icon, align = 'end' }: MenuProps) {
  return (
    <BaseMenu.Root defaultOpen>
      <BaseMenu.Trigger aria-label={label} title={label} className={className}>
        {icon}
      </BaseMenu.Trigger>
      <BaseMenu.Portal>
        <BaseMenu.Positioner className="z-40 outline-none" sideOffset={4} align={align}>
          <BaseMenu.Popup className="min-w-44 origin-(--transform-origin) rounded-md border border-line bg-raised p-1 text-sm shadow-overlay transition-[opacity,scale] duration-120 ease-calm outline-none data-ending-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:scale-[0.98] data-starting-style:opacity-0">
            {items.map((item) => (
              <BaseMenu.Item
                key={item.label}
                onClick={item.onSelect}
                className={`flex h-8 cursor-pointer items-center gap-2.5 rounded-sm px-2.5 outline-none select-none data-highlighted:bg-hover touch:h-11 ${item.tone === 'danger' ? 'text-danger-ink' : 'text-ink'}`}
              >
                <span className={item.tone === 'danger' ? '' : 'text-faint'}>{item.icon}</span>
                {item.label}
              </BaseMenu.Item>
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  )
}
