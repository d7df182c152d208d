import { Combobox } from '@base-ui/react/combobox'
import { Check, Search } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { PickerFace } from './picker-face.tsx'
import type { PickerItem, PickerProps } from './picker-props.ts'
import { useBackCloses } from './use-back-closes.ts'

/** A longer list has a search field. */
const longList = 8

interface Group {
  readonly value: string
  readonly items: readonly PickerItem[]
}

/** Mounts after the click on the trigger, so it opens immediately. */
export function PickerImpl(props: PickerProps) {
  const { label, items, value, onValue, className, note, testId } = props
  const text = useText()
  const [isOpen, setOpen] = useState(true)
  useBackCloses(isOpen, () => setOpen(false))
  const groups: Group[] = [...Map.groupBy(items, ({ group }) => group)].map(([name, of]) => ({ value: name, items: of }))
  const picked = items.find(({ id }) => id === value) ?? null
  return (
    <Combobox.Root<PickerItem>
      open={isOpen}
      onOpenChange={setOpen}
      onOpenChangeComplete={(open) => {
        if (!open) props.onClosed?.()
      }}
      autoHighlight
      items={groups}
      value={picked}
      itemToStringLabel={toSearched}
      isItemEqualToValue={(one, other) => one.id === other.id}
      onValueChange={(item) => item && onValue(item.id)}
    >
      <Combobox.Trigger aria-label={label} className={className} data-testid={testId}>
        <PickerFace {...props} />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner className="z-50 outline-none" sideOffset={4} align="start" collisionPadding={8}>
          <Combobox.Popup
            aria-label={label}
            className="flex max-h-[min(26rem,var(--available-height))] w-[min(24rem,var(--available-width))] origin-(--transform-origin) flex-col rounded-md border border-line bg-raised text-sm shadow-overlay transition-[opacity,scale] duration-120 ease-calm outline-none data-ending-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:scale-[0.98] data-starting-style:opacity-0"
          >
            <div className={items.length > longList ? 'flex items-center gap-2 border-b border-line px-3 text-faint' : 'sr-only'}>
              <Search size={14} aria-hidden className="shrink-0" />
              <Combobox.Input
                aria-label={text('picker.search.in', { what: label })}
                placeholder={text('picker.search')}
                className="h-10 min-w-0 flex-1 bg-transparent text-ink outline-none placeholder:text-faint"
              />
            </div>
            <Combobox.Empty className="not-empty:px-3 not-empty:py-4 text-soft">{text('picker.none')}</Combobox.Empty>
            <Combobox.List className="min-h-0 overflow-y-auto overscroll-contain p-1 data-empty:p-0" aria-label={label}>
              {(group: Group) => (
                <Combobox.Group key={group.value} items={group.items} className="not-first:mt-1">
                  <Combobox.GroupLabel className="px-2.5 pt-2 pb-1 text-xs font-medium text-faint">
                    {group.value}
                  </Combobox.GroupLabel>
                  <Combobox.Collection>
                    {(item: PickerItem) => (
                      <Combobox.Item
                        key={item.id}
                        value={item}
                        className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-sm px-2.5 py-1.5 outline-none select-none data-highlighted:bg-hover touch:min-h-11"
                      >
                        <span className="min-w-0 flex-1">
                          <span className="block [overflow-wrap:anywhere] text-ink">{item.label}</span>
                          {item.detail !== null && <span className="block text-xs text-faint tabular-nums">{item.detail}</span>}
                        </span>
                        <Combobox.ItemIndicator className="shrink-0 text-accent-strong">
                          <Check size={15} aria-hidden />
                        </Combobox.ItemIndicator>
                      </Combobox.Item>
                    )}
                  </Combobox.Collection>
                </Combobox.Group>
              )}
            </Combobox.List>
            {note && <div className="border-t border-line px-3 py-2 text-xs text-soft">{note}</div>}
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  )
}

/** The text that a search matches. */
function toSearched({ label, group }: PickerItem): string {
  return `${label} ${group}`
}
