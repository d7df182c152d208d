import type { ServerSettings } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { FailedPanel } from '../failed-panel.tsx'
import { LoadingPanel } from '../loading-panel.tsx'
import { limitKeys, limitsToTexts, textsToLimits, textToLimit, type LimitTexts } from './limit-fields.ts'
import { Problem } from '../../../ui/problem.tsx'
import { useSaveSettings } from '../use-save-settings.ts'

type AllLimits = ServerSettings['limits']
type Kind = keyof AllLimits

const kinds = ['server', 'admin', 'member', 'guest'] as const satisfies readonly Kind[]

/** What all people together, and each person of a kind, may use. */
export function LimitsPanel() {
  const query = trpc.admin.settings.get.useQuery(undefined, { refetchOnMount: 'always' })
  if (query.isPending) return <LoadingPanel />
  if (!query.data) return <FailedPanel error={query.error} onTryAgain={() => void query.refetch()} />
  const { limits } = query.data.settings
  // Limits that another administrator has set meanwhile take the place of what is shown.
  return <LimitsForm key={JSON.stringify(limits)} limits={limits} isFixed={query.data.fixed.includes('limits')} />
}

function LimitsForm({ limits, isFixed }: { readonly limits: AllLimits; readonly isFixed: boolean }) {
  const text = useText()
  const saving = useSaveSettings()
  const [texts, setTexts] = useState(() => mapKinds((kind) => limitsToTexts(limits[kind])))
  const typed = mapKinds((kind) => textsToLimits(texts[kind]))
  const isChanged = kinds.some((kind) => JSON.stringify(typed[kind]) !== JSON.stringify(limits[kind]))
  const isWrong = kinds.some((kind) => typed[kind] === null)

  const save = () => {
    const { server, admin, member, guest } = typed
    if (!server || !admin || !member || !guest) return
    saving.save({ limits: { server, admin, member, guest } }, text('admin.limits.saved'))
  }

  return (
    <form
      className="space-y-6"
      data-testid="limits-panel"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <div className="space-y-1">
        <h2 className="font-medium">{text('admin.limits')}</h2>
        <p className="text-sm text-soft">{text('admin.limits.about')}</p>
      </div>
      {kinds.map((kind) => (
        <KindFields
          key={kind}
          kind={kind}
          texts={texts[kind]}
          isFixed={isFixed}
          onTexts={(next) => setTexts({ ...texts, [kind]: next })}
        />
      ))}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" tone="accent" disabled={!isChanged || isWrong || isFixed || saving.isPending}>
          {text('admin.limits.save')}
        </Button>
        {isWrong && <Problem>{text('admin.limits.wrong')}</Problem>}
      </div>
    </form>
  )
}

interface KindFieldsProps {
  readonly kind: Kind
  readonly texts: LimitTexts
  readonly isFixed: boolean
  readonly onTexts: (texts: LimitTexts) => void
}

function KindFields({ kind, texts, isFixed, onTexts }: KindFieldsProps) {
  const text = useText()
  return (
    <fieldset className="rounded-md border border-line p-4" disabled={isFixed} data-testid={`limits-${kind}`}>
      <legend className="px-1 text-sm font-medium">{text(`admin.limits.${kind}`)}</legend>
      <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {limitKeys.map((key) => {
          const isWrong = textToLimit(key, texts[key]) === undefined
          return (
            <label key={key} className="block text-sm">
              <span className="mb-1 block text-soft">{text(`admin.limits.${key}`)}</span>
              <input
                inputMode="decimal"
                autoComplete="off"
                placeholder={text('admin.limits.none')}
                value={texts[key]}
                aria-invalid={isWrong}
                onChange={(event) => onTexts({ ...texts, [key]: event.target.value })}
                className={`h-9 w-full rounded-md border bg-paper px-2.5 tabular-nums touch:h-11 ${isWrong ? 'border-danger' : 'border-line-strong'}`}
              />
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}

function mapKinds<Value>(of: (kind: Kind) => Value): Record<Kind, Value> {
  return { server: of('server'), admin: of('admin'), member: of('member'), guest: of('guest') }
}
