import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { Copyable } from '../../../ui/copyable.tsx'
import { Field } from '../../../ui/field.tsx'
import { NewAccountForm } from './new-account-form.tsx'

const scopes = ['api', 'mcp', 'chat'] as const

export interface ServiceFormProps {
  readonly onMade: () => void
  readonly onClose: () => void
}

/** Makes an account for a program, and shows its token, which is shown only now. */
export function ServiceForm({ onMade, onClose }: ServiceFormProps) {
  const text = useText()
  const create = trpc.admin.serviceAccounts.create.useMutation()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly (typeof scopes)[number][]>(scopes)
  if (create.data) {
    return (
      <div className="space-y-3 rounded-md border border-accent/30 bg-accent-wash p-4" data-testid="service-made">
        <h3 className="font-medium">{text('people.service.token', { name: create.data.user.name })}</h3>
        <p className="text-sm text-soft">{text('people.service.token.about')}</p>
        <Copyable label={text('people.service.token.label')} content={create.data.token.token} testId="service-token" />
        <Button size="small" onClick={onClose}>
          {text('people.link.done')}
        </Button>
      </div>
    )
  }
  return (
    <NewAccountForm
      title={text('people.service')}
      testId="service-form"
      submit={{ label: text('people.service.create'), testId: 'create-service', isDisabled: chosen.length === 0 }}
      call={create}
      onSubmit={() => create.mutate({ name: name.trim(), scopes: [...chosen] }, { onSuccess: onMade })}
      onClose={onClose}
    >
      <p className="text-sm text-soft">{text('people.service.about')}</p>
      <Field
        label={text('account.name')}
        name="name"
        autoComplete="off"
        required
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <fieldset className="space-y-2 text-sm">
        <legend className="mb-1 font-medium">{text('people.service.scopes')}</legend>
        {scopes.map((scope) => (
          <label key={scope} className="flex items-center gap-2 touch:min-h-11">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={chosen.includes(scope)}
              onChange={(event) =>
                setChosen(event.target.checked ? [...chosen, scope] : chosen.filter((other) => other !== scope))
              }
            />
            {text(`people.service.scope.${scope}`)}
          </label>
        ))}
      </fieldset>
    </NewAccountForm>
  )
}
