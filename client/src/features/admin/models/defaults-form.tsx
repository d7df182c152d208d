import type { ServerSettings } from '@holdfast/shared'
import { useId, useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { ParameterFields } from '../../../parameters/parameter-fields.tsx'
import { parametersToTexts, textsToParameters } from '../../../parameters/parameter-texts.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { useSaveSettings } from '../use-save-settings.ts'

type Defaults = ServerSettings['defaults']

const fieldClass = 'w-full rounded-md border border-line-strong bg-paper px-3 text-base'

/** The model, the instructions, the tools and the parameters of conversations that say nothing else. */
export function DefaultsForm({ defaults }: { readonly defaults: Defaults }) {
  const text = useText()
  const id = useId()
  const [draft, setDraft] = useState(defaults)
  const [parameterTexts, setParameterTexts] = useState(() => parametersToTexts(defaults.parameters))
  const parameters = textsToParameters(parameterTexts)
  const models = trpc.models.list.useQuery()
  const tools = trpc.tools.list.useQuery()
  const saving = useSaveSettings()
  const known = models.data?.items ?? []
  const isKnown = draft.model === null || known.some((model) => model.id === draft.model)
  const save = () => {
    if (parameters !== null) saving.save({ defaults: { ...draft, parameters } }, text('defaults.saved'))
  }
  return (
    <form
      className="space-y-4"
      data-testid="defaults-form"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <h2 className="text-sm font-medium">{text('defaults.title')}</h2>
      <div>
        <label htmlFor={`${id}-model`} className="mb-1 block text-sm font-medium">
          {text('defaults.model')}
        </label>
        <select
          id={`${id}-model`}
          value={draft.model ?? ''}
          onChange={({ target: { value } }) => setDraft({ ...draft, model: value === '' ? null : value })}
          className={`h-10 touch:h-11 ${fieldClass}`}
        >
          <option value="">{text('defaults.model.first')}</option>
          {!isKnown && <option value={draft.model ?? ''}>{draft.model}</option>}
          {known
            .filter(({ demo }) => !demo)
            .map((model) => (
              <option key={model.id} value={model.id}>
                {`${model.provider}: ${model.name}`}
              </option>
            ))}
        </select>
      </div>
      <div>
        <label htmlFor={`${id}-instructions`} className="mb-1 block text-sm font-medium">
          {text('defaults.instructions')}
        </label>
        <textarea
          id={`${id}-instructions`}
          aria-describedby={`${id}-hint`}
          rows={4}
          maxLength={10_000}
          value={draft.instructions}
          onChange={({ target: { value } }) => setDraft({ ...draft, instructions: value })}
          className={`py-2 ${fieldClass}`}
        />
        <p id={`${id}-hint`} className="mt-1 text-xs text-soft">
          {text('defaults.instructions.hint')}
        </p>
      </div>
      <ToolChoice
        names={tools.data?.items.map(({ name }) => name) ?? []}
        chosen={draft.tools}
        onChange={(chosen) => setDraft({ ...draft, tools: chosen })}
      />
      <ParameterFields
        texts={parameterTexts}
        onTexts={setParameterTexts}
        about={text('parameters.about.defaults')}
        empty={text('parameters.default.model')}
      />
      <Button type="submit" tone="accent" disabled={saving.isPending || parameters === null} data-testid="save-defaults">
        {text('defaults.save')}
      </Button>
    </form>
  )
}

interface ToolChoiceProps {
  readonly names: readonly string[]
  /** Null: all of them. */
  readonly chosen: Defaults['tools']
  readonly onChange: (chosen: string[] | null) => void
}

function ToolChoice({ names, chosen, onChange }: ToolChoiceProps) {
  const text = useText()
  const id = useId()
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{text('defaults.tools')}</legend>
      {(['all', 'some'] as const).map((which) => (
        <label key={which} className="flex min-h-7 cursor-pointer items-center gap-2.5 py-1 text-sm touch:py-2.5">
          <input
            type="radio"
            name={id}
            className="size-4 accent-accent"
            checked={(chosen === null) === (which === 'all')}
            onChange={() => onChange(which === 'all' ? null : [...names])}
          />
          {text(`defaults.tools.${which}`)}
        </label>
      ))}
      {chosen !== null && (
        <div className="mt-1 grid gap-x-4 pl-6.5 sm:grid-cols-2">
          {[...new Set([...names, ...chosen])].map((name) => (
            <label key={name} className="flex min-h-7 min-w-0 cursor-pointer items-center gap-2.5 py-1 text-sm touch:py-2.5">
              <input
                type="checkbox"
                className="size-4 shrink-0 accent-accent"
                checked={chosen.includes(name)}
                onChange={({ target: { checked } }) =>
                  onChange(checked ? [...chosen, name] : chosen.filter((each) => each !== name))
                }
              />
              <span className="min-w-0 font-mono text-xs wrap-anywhere">{name}</span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  )
}
