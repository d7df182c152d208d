import type { Provider } from '@holdfast/shared'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useText, type Text } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmRow } from '../ui/confirm-row.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useToast } from '../ui/toasts.tsx'
import { ProviderForm } from './provider-form.tsx'
import { useProviderApi, useProvidersChanged, type ProviderScope } from './provider-scope.ts'

/** A provider in the list. Removing it needs confirmation, since its key is gone then. */
export function ProviderItem({ scope, provider }: { readonly scope: ProviderScope; readonly provider: Provider }) {
  const text = useText()
  const toast = useToast()
  const api = useProviderApi(scope)
  const refresh = useProvidersChanged()
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null)
  const remove = useMutation({
    mutationFn: () => api.delete.mutate({ providerId: provider.id }),
    onSettled: refresh,
    onError: () => toast({ tone: 'danger', text: text('failed.unreachable') }),
  })
  const turn = useMutation({
    mutationFn: (enabled: boolean) => api.update.mutate({ providerId: provider.id, enabled }),
    onSettled: refresh,
    onError: () => toast({ tone: 'danger', text: text('failed.unreachable') }),
  })
  const { name, kind, baseUrl, defaultModel, source, enabled } = provider
  return (
    <li className="py-3 text-sm" data-testid="provider" data-provider-id={provider.id}>
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-40 flex-1">
          <p className="font-medium wrap-anywhere">
            <bdi className={enabled ? '' : 'text-soft'}>{name}</bdi>
          </p>
          <p className="flex flex-wrap gap-x-3 text-xs text-soft">
            <span className="wrap-anywhere">{URL.parse(baseUrl)?.host ?? baseUrl}</span>
            <span className="wrap-anywhere">{defaultModel}</span>
            <span>{toKeyWords(provider, text)}</span>
            {!enabled && <span className="font-medium text-ink">{text('providers.off')}</span>}
          </p>
          {provider.isKeyUnreadable && <p className="mt-1 text-xs text-danger-ink">{text('providers.key.unreadable')}</p>}
        </div>
        {kind === 'local' ? (
          <span className="text-xs text-soft">{text('local-model.managed')}</span>
        ) : source === 'environment' ? (
          <span className="text-xs text-soft">{text('providers.environment')}</span>
        ) : (
          <div className="flex gap-1.5">
            <Button
              size="small"
              tone="quiet"
              aria-label={text(enabled ? 'providers.turn-off.label' : 'providers.turn-on.label', { name })}
              disabled={turn.isPending}
              onClick={() => turn.mutate(!enabled)}
              data-testid="turn-provider"
            >
              {text(enabled ? 'providers.turn-off' : 'providers.turn-on')}
            </Button>
            <Button
              size="small"
              aria-label={text('providers.edit.label', { name })}
              onClick={() => setOpen('edit')}
              data-testid="edit-provider"
            >
              {text('providers.edit')}
            </Button>
            <Button
              size="small"
              tone="quiet"
              aria-label={text('providers.remove.label', { name })}
              onClick={() => setOpen('remove')}
              data-testid="remove-provider"
            >
              {text('providers.remove')}
            </Button>
          </div>
        )}
      </div>
      {open === 'remove' && (
        <ConfirmRow
          label={text('providers.remove.label', { name })}
          about={text('providers.remove.about')}
          action={text('providers.remove')}
          isPending={remove.isPending}
          onKeep={() => setOpen(null)}
          onConfirm={() => remove.mutate()}
          testId="confirm-remove-provider"
        />
      )}
      {open === 'edit' && (
        <Dialog title={text('providers.edit.label', { name })} isOpen onClose={() => setOpen(null)} testId="edit-provider-dialog">
          <ProviderForm
            scope={scope}
            provider={provider}
            onSaved={(saved) => {
              toast({ text: text('providers.ready', { name: saved.name, model: saved.defaultModel }) })
              setOpen(null)
            }}
          />
        </Dialog>
      )}
    </li>
  )
}

function toKeyWords({ hasKey, keyHint }: Provider, text: Text): string {
  if (!hasKey) return text('providers.key.none')
  return keyHint === null ? text('providers.key.stored') : text('providers.key.ends', { hint: keyHint })
}
