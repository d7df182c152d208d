import { addableProviderKinds, providerBaseUrls, type Provider, type ProviderKind } from '@holdfast/shared'
import { useMutation } from '@tanstack/react-query'
import { LoaderCircle } from 'lucide-react'
import { useId, useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { errorToFailure } from '../sdk/transport/failure.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { useProviderApi, useProvidersChanged, type ProviderScope } from './provider-scope.ts'
import { tryAndSave } from './try-and-save.ts'

export interface ProviderFormProps {
  readonly scope: ProviderScope
  /** Undefined: a new one. */
  readonly provider?: Provider
  readonly onSaved: (provider: Provider) => void
}

/** These are reached at an address of one's own. */
const withAddress: ReadonlySet<ProviderKind> = new Set<ProviderKind>(['ollama', 'lm-studio', 'vllm', 'compatible'])
/** Theirs may be the Responses API. */
const mayRunThere: ReadonlySet<ProviderKind> = new Set<ProviderKind>(['openai', 'compatible'])
/** They run at the machine of the server, or near it. */
const nearby: ReadonlySet<ProviderKind> = new Set<ProviderKind>(['ollama', 'lm-studio'])

/** A provider is tried before it is saved; what is wrong is said, and nothing is saved. */
export function ProviderForm({ scope, provider, onSaved }: ProviderFormProps) {
  const text = useText()
  const kindId = useId()
  const api = useProviderApi(scope)
  const refresh = useProvidersChanged()
  const [kind, setKind] = useState<ProviderKind>(provider?.kind ?? 'openai')
  const [address, setAddress] = useState(provider?.baseUrl ?? '')
  const [key, setKey] = useState('')
  const [name, setName] = useState(provider?.name ?? '')
  const [model, setModel] = useState(provider?.defaultModel ?? '')
  const [background, setBackground] = useState(provider?.background ?? false)
  const save = useMutation({
    mutationFn: () => tryAndSave(api, { kind, address, key, name, model, background }, provider ?? null),
    onSuccess: async (result) => {
      if (result.saved === null) return
      await refresh()
      onSaved(result.saved)
    },
  })
  const problem = save.data?.problem ?? (save.isError ? toSentence(save.error, text('failed.unreachable')) : null)
  const hasAddress = withAddress.has(kind)
  const kinds = addableProviderKinds.filter((each) => scope === 'everyone' || !nearby.has(each))
  return (
    <form
      className="space-y-4"
      data-testid="provider-form"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      {!provider && (
        <div>
          <label htmlFor={kindId} className="mb-1 block text-sm font-medium">
            {text('providers.kind')}
          </label>
          <select
            id={kindId}
            value={kind}
            data-testid="provider-kind"
            onChange={({ target: { value } }) => {
              const next = kinds.find((each) => each === value) ?? kind
              setKind(next)
              setAddress(providerBaseUrls[next] ?? '')
            }}
            className="h-10 w-full rounded-md border border-line-strong bg-paper px-3 text-base touch:h-11"
          >
            {kinds.map((each) => (
              <option key={each} value={each}>
                {text(`providers.kind.${each}`)}
              </option>
            ))}
          </select>
        </div>
      )}
      {hasAddress && (
        <Field
          label={text('providers.address')}
          hint={text('providers.address.hint')}
          name="provider-address"
          inputMode="url"
          autoComplete="off"
          required
          value={address}
          onChange={(event) => setAddress(event.target.value)}
        />
      )}
      <Field
        label={text('providers.key')}
        hint={toKeyHint(provider, hasAddress, text)}
        name="provider-key"
        type="password"
        autoComplete="off"
        spellCheck={false}
        required={!provider && !hasAddress}
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      <details open={provider !== undefined || save.data?.needsModel === true}>
        <summary className="w-fit cursor-pointer rounded-sm py-1 text-sm text-soft hover:text-ink touch:py-3">
          {text('providers.more')}
        </summary>
        <div className="mt-2 space-y-4">
          <Field
            label={text('providers.model')}
            hint={text('providers.model.hint')}
            name="provider-model"
            autoComplete="off"
            spellCheck={false}
            list={`${kindId}-models`}
            value={model}
            onChange={(event) => setModel(event.target.value)}
          />
          <datalist id={`${kindId}-models`}>
            {(save.data?.models ?? provider?.models ?? []).map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </datalist>
          <Field
            label={text('providers.name')}
            hint={text('providers.name.hint')}
            name="provider-name"
            autoComplete="off"
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          {mayRunThere.has(kind) && (
            <div>
              <label className="flex min-h-7 cursor-pointer items-center gap-2.5 py-1 text-sm touch:min-h-11">
                <input
                  type="checkbox"
                  name="provider-background"
                  aria-describedby={`${kindId}-background`}
                  className="size-4 accent-accent"
                  checked={background}
                  onChange={({ target: { checked } }) => setBackground(checked)}
                />
                {text('providers.background')}
              </label>
              <p id={`${kindId}-background`} className="pl-6.5 text-xs text-soft">
                {text('providers.background.hint')}
              </p>
            </div>
          )}
        </div>
      </details>
      <p className="text-sm text-danger-ink empty:hidden" role="alert" data-testid="provider-problem">
        {save.isPending ? null : problem}
      </p>
      <Button type="submit" tone="accent" disabled={save.isPending} data-testid="save-provider">
        {save.isPending && <LoaderCircle size={15} aria-hidden className="animate-spin motion-reduce:animate-none" />}
        {text(save.isPending ? 'providers.trying' : provider ? 'providers.save' : 'providers.submit')}
      </Button>
    </form>
  )
}

function toKeyHint(provider: Provider | undefined, isOptional: boolean, text: ReturnType<typeof useText>): string {
  if (provider?.isKeyUnreadable) return text('providers.key.unreadable')
  if (provider?.keyHint) return text('providers.key.kept.hint', { hint: provider.keyHint })
  if (provider?.hasKey) return text('providers.key.kept')
  return isOptional ? text('providers.key.optional') : text('providers.key.hint')
}

function toSentence(error: unknown, unreachable: string): string {
  const { kind, message } = errorToFailure(error)
  return kind === 'unreachable' ? unreachable : message
}
