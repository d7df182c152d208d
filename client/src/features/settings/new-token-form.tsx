import type { AccessToken } from '@holdfast/shared'
import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { errorToFieldSentence } from '../../react/error-to-sentence.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Problem } from '../../ui/problem.tsx'
import { Tick } from '../../ui/tick.tsx'
import { useNewId } from './use-new-id.ts'

type Scope = AccessToken['scopes'][number]

const scopes: readonly Scope[] = ['mcp', 'chat', 'api']
const lifetimes = [30, 90, 365, null] as const
const usualLifetime = 90
const maxNameLength = 100

/** The name, scopes and expiry of a new token. */
export function NewTokenForm({ onMade }: { readonly onMade: (token: AccessToken & { readonly token: string }) => void }) {
  const text = useText()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly Scope[]>(['mcp'])
  const [days, setDays] = useState<number | null>(usualLifetime)
  const create = trpc.tokens.create.useMutation()
  const tokenId = useNewId()
  const change = (apply: () => void) => {
    tokenId.renew()
    apply()
  }
  const submit = () => {
    create.mutate({ tokenId: tokenId.read(), name: name.trim(), scopes: [...chosen], expiresInDays: days }, { onSuccess: onMade })
  }
  return (
    <form
      className="space-y-4"
      data-testid="new-token-form"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Field
        label={text('tokens.name')}
        hint={text('tokens.name.hint')}
        name="token-name"
        autoComplete="off"
        required
        maxLength={maxNameLength}
        value={name}
        onChange={(event) => change(() => setName(event.target.value))}
      />
      <fieldset>
        <legend className="mb-1 text-sm font-medium">{text('tokens.scopes')}</legend>
        <div className="space-y-1.5">
          {scopes.map((scope) => (
            <Tick
              key={scope}
              label={text(`tokens.scope.${scope}`)}
              hint={text(`tokens.scope.${scope}.about`)}
              isOn={chosen.includes(scope)}
              onChange={(isOn) =>
                change(() => setChosen(scopes.filter((other) => (other === scope ? isOn : chosen.includes(other)))))
              }
            />
          ))}
        </div>
      </fieldset>
      <div>
        <label htmlFor="token-lifetime" className="mb-1 block text-sm font-medium">
          {text('tokens.lifetime')}
        </label>
        <div className="relative">
          <select
            id="token-lifetime"
            value={days ?? 'never'}
            onChange={({ target: { value } }) => change(() => setDays(value === 'never' ? null : Number(value)))}
            className="h-10 w-full appearance-none truncate rounded-md border border-line-strong bg-paper pr-8 pl-3 text-base touch:h-11"
          >
            {lifetimes.map((lifetime) => (
              <option key={lifetime} value={lifetime ?? 'never'}>
                {lifetime === null ? text('tokens.lifetime.never') : text('tokens.lifetime.days', { count: lifetime })}
              </option>
            ))}
          </select>
          <ChevronDown size={12} aria-hidden className="pointer-events-none absolute inset-y-0 right-3 my-auto text-faint" />
        </div>
      </div>
      {create.isError && <Problem>{errorToFieldSentence(create.error, text)}</Problem>}
      <Button
        type="submit"
        tone="accent"
        disabled={create.isPending || name.trim() === '' || chosen.length === 0}
        data-testid="make-token"
      >
        {text('tokens.create')}
      </Button>
    </form>
  )
}
