import type { ServerSettings } from '@holdfast/shared'
import { ArrowUp, X } from 'lucide-react'
import { useId, useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { useSaveSettings } from '../use-save-settings.ts'

type Fallbacks = ServerSettings['fallbacks']

const selectClass = 'h-10 w-full rounded-md border border-line-strong bg-paper px-3 text-base disabled:opacity-50 touch:h-11'
const iconClass =
  'grid size-8 shrink-0 place-items-center rounded-md text-soft hover:bg-wash hover:text-ink disabled:opacity-40 touch:size-11'

/** For a model, or for all of a provider, the models that are asked when it fails, in their order. */
export function FallbacksForm({ fallbacks }: { readonly fallbacks: Fallbacks }) {
  const text = useText()
  const id = useId()
  const models = trpc.models.list.useQuery()
  const providers = trpc.admin.providers.list.useQuery()
  const saving = useSaveSettings()
  const known = (models.data?.items ?? []).filter(({ demo }) => !demo)
  const groups = (providers.data?.items ?? []).filter(({ source }) => source === 'environment' || source === 'database')
  const keys = [
    ...groups.map((provider) => ({
      key: provider.source === 'environment' ? provider.id : provider.modelPrefix.slice(0, -1),
      label: text('fallbacks.of.all', { provider: provider.name }),
    })),
    ...known.map((model) => ({ key: model.id, label: `${model.provider}: ${model.name}` })),
  ]
  const [draft, setDraft] = useState(fallbacks)
  const [chosen, setChosen] = useState<string | null>(null)
  const key = chosen ?? Object.keys(fallbacks)[0] ?? keys[0]?.key ?? ''
  const list = draft[key] ?? []
  if (keys.length === 0) return null
  const others = known.filter((model) => model.id !== key && !list.includes(model.id))

  const nameOf = (model: string) => {
    const found = known.find((each) => each.id === model)
    return found ? `${found.provider}: ${found.name}` : model
  }
  const change = (next: string[]) => {
    const { [key]: _, ...rest } = draft
    setDraft(next.length === 0 ? rest : { ...rest, [key]: next })
  }
  const save = () => saving.save({ fallbacks: draft }, text('fallbacks.saved'))
  return (
    <form
      className="space-y-4"
      data-testid="fallbacks-form"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <div>
        <h2 className="text-sm font-medium">{text('fallbacks.title')}</h2>
        <p className="mt-1 text-xs text-soft">{text('fallbacks.hint')}</p>
      </div>
      <div>
        <label htmlFor={`${id}-of`} className="mb-1 block text-sm font-medium">
          {text('fallbacks.of')}
        </label>
        <select
          id={`${id}-of`}
          value={key}
          onChange={({ target: { value } }) => setChosen(value)}
          className={selectClass}
          data-testid="fallbacks-of"
        >
          {!keys.some((each) => each.key === key) && <option value={key}>{key}</option>}
          {keys.map((each) => (
            <option key={each.key} value={each.key}>
              {each.label}
            </option>
          ))}
        </select>
      </div>
      <div>
        <p id={`${id}-list`} className="mb-1 text-sm font-medium">
          {text('fallbacks.list')}
        </p>
        {list.length === 0 ? (
          <p className="text-sm text-soft">{text('fallbacks.none')}</p>
        ) : (
          <ol aria-labelledby={`${id}-list`} className="space-y-1" data-testid="fallbacks-list">
            {list.map((model, index) => (
              <li key={model} className="flex items-center gap-2 text-sm">
                <span className="w-5 shrink-0 text-right text-soft tabular-nums">{index + 1}.</span>
                <span className="min-w-0 flex-1 wrap-anywhere">{nameOf(model)}</span>
                <button
                  type="button"
                  className={iconClass}
                  aria-label={text('fallbacks.up', { name: nameOf(model) })}
                  disabled={index === 0}
                  onClick={() =>
                    change([...list.slice(0, index - 1), model, ...list.slice(index - 1).filter((each) => each !== model)])
                  }
                >
                  <ArrowUp size={15} aria-hidden />
                </button>
                <button
                  type="button"
                  className={iconClass}
                  aria-label={text('fallbacks.remove', { name: nameOf(model) })}
                  onClick={() => change(list.filter((each) => each !== model))}
                >
                  <X size={15} aria-hidden />
                </button>
              </li>
            ))}
          </ol>
        )}
        <select
          value=""
          disabled={others.length === 0}
          aria-label={text('fallbacks.add')}
          className={`mt-2 ${selectClass}`}
          data-testid="fallbacks-add"
          onChange={({ target: { value } }) => {
            if (value !== '') change([...list, value])
          }}
        >
          <option value="">{text('fallbacks.add')}</option>
          {others.map((model) => (
            <option key={model.id} value={model.id}>
              {nameOf(model.id)}
            </option>
          ))}
        </select>
      </div>
      <Button type="submit" tone="accent" disabled={saving.isPending} data-testid="save-fallbacks">
        {text('fallbacks.save')}
      </Button>
    </form>
  )
}
