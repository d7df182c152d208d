import { ProviderList } from '../../providers/provider-list.tsx'
import { useText } from '../../i18n/use-text.ts'
import { Notice } from '../../ui/notice.tsx'
import type { PickerItem } from '../../ui/picker-props.ts'

export interface ModelSettingsProps {
  /** The default is the first. */
  readonly models: readonly PickerItem[]
  readonly warning: string | null
  /** Whether the user may add models for everyone, for themselves, or not at all. */
  readonly mayAdd: 'everyone' | 'own' | 'none'
}

/** The models of each provider, with context size and price. */
export function ModelSettings({ models, warning, mayAdd }: ModelSettingsProps) {
  const text = useText()
  const groups = Map.groupBy(models, ({ group }) => group ?? '')
  return (
    <div className="space-y-5" data-testid="model-settings">
      <p className="text-sm text-soft">{text('models.about')}</p>
      {mayAdd !== 'none' && <ProviderList scope={mayAdd} />}
      {warning !== null && <Notice tone="warm">{warning}</Notice>}
      {[...groups].map(([group, items]) => (
        <section key={group} aria-label={group}>
          <h3 className="text-sm font-medium">{group}</h3>
          <ul className="mt-1.5 divide-y divide-line/70 border-y border-line/70">
            {items.map((model) => (
              <li key={model.id} className="flex min-h-9 flex-wrap items-baseline justify-between gap-x-4 py-1.5 text-sm">
                <span className="min-w-0 wrap-anywhere">
                  {model.label}
                  {model.id === models[0]?.id && <span className="ml-2 text-xs text-faint">{text('models.default')}</span>}
                </span>
                <span className="text-xs text-faint tabular-nums">{model.detail}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
