import type { AccessToken } from '@holdfast/shared'
import { ChevronDown } from 'lucide-react'
import { useRef, useState } from 'react'
import { v7 as uuidv7 } from 'uuid'
import { useText } from '../../i18n/use-text.ts'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Problem } from '../../ui/problem.tsx'

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
  // A retry after a lost response uses the same id, so that only one token is created.
  const tokenId = useRef(uuidv7())
  const failure = create.isError ? errorToFailure(create.error) : null
  const change = (apply: () => void) => {
    tokenId.current = uuidv7()
    apply()
  }
  const submit = () => {
    create.mutate(
      { tokenId: tokenId.current, name: name.trim(), scopes: [...chosen], expiresInDays: days },
      { onSuccess: onMade },
    )
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
            <label key={scope} className="flex cursor-pointer items-start gap-2.5 rounded-sm py-0.5 text-sm touch:py-2">
              <input
                type="checkbox"
                className="mt-0.5 size-4 accent-accent"
                checked={chosen.includes(scope)}
                onChange={(event) => {
                  const { checked } = event.target
                  change(() => setChosen(scopes.filter((other) => (other === scope ? checked : chosen.includes(other)))))
                }}
              />
              <span>
                {text(`tokens.scope.${scope}`)}
                <span className="block text-xs text-faint">{text(`tokens.scope.${scope}.about`)}</span>
              </span>
            </label>
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
      {failure && (
        <Problem>
          {failure.kind === 'refused' ? (failure.issues[0]?.message ?? failure.message) : text('failed.unreachable')}
        </Problem>
      )}
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
