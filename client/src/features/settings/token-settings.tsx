import type { AccessToken, Id } from '@holdfast/shared'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Button } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { MadeToken } from './made-token.tsx'
import { NewTokenForm } from './new-token-form.tsx'
import { TokenItem } from './token-item.tsx'
import { useListHeading } from './use-list-heading.ts'
import { useFailureToast } from '../../react/use-failure-toast.ts'

/** Lists, creates and revokes access tokens. */
export function TokenSettings() {
  const text = useText()
  const toast = useToast()
  const showFailure = useFailureToast()
  const utils = trpc.useUtils()
  const { attach, focus, focusOnReturn } = useListHeading()
  const list = trpc.tokens.list.useQuery(undefined, { refetchOnMount: 'always' })
  const revoke = trpc.tokens.revoke.useMutation()
  const [step, setStep] = useState<'list' | 'form' | (AccessToken & { readonly token: string })>('list')

  const onRevoke = (token: AccessToken) => {
    const put = (change: (items: AccessToken[]) => AccessToken[]) =>
      utils.tokens.list.setData(undefined, (before) => before && { items: change(before.items) })
    const withoutIt = (tokenId: Id) => (items: AccessToken[]) => items.filter(({ id }) => id !== tokenId)
    put(withoutIt(token.id))
    focus()
    revoke.mutate(
      { tokenId: token.id },
      {
        onSuccess: () => toast({ text: text('tokens.revoked', { name: token.name }) }),
        onError: showFailure,
        onSettled: () => void utils.tokens.list.invalidate(),
      },
    )
  }

  if (typeof step === 'object') {
    const onDone = () => {
      focusOnReturn()
      setStep('list')
      // The token may have been used in the meantime.
      void utils.tokens.list.invalidate()
    }
    return <MadeToken made={step} onDone={onDone} />
  }
  return (
    <div className="space-y-4" data-testid="token-settings">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-48 flex-1">
          <h3 ref={attach} tabIndex={-1} className="font-medium outline-none">
            {text('settings.tokens')}
          </h3>
          <p className="mt-0.5 text-sm text-soft">{text('tokens.about')}</p>
        </div>
        {step === 'list' && (
          <Button size="small" onClick={() => setStep('form')} data-testid="new-token">
            <Plus size={14} aria-hidden />
            {text('tokens.new')}
          </Button>
        )}
      </div>
      {step === 'form' && (
        <div className="rounded-md border border-line p-4">
          <NewTokenForm
            onMade={(made) => {
              setStep(made)
              void utils.tokens.list.invalidate()
            }}
          />
        </div>
      )}
      {list.isPending && <Skeleton className="w-2/3" />}
      {list.isError && (
        <p className="flex flex-wrap items-center gap-3 text-sm text-faint">
          {text('tokens.failed')}
          <Button size="small" onClick={() => void list.refetch()}>
            {text('try-again')}
          </Button>
        </p>
      )}
      {list.data && list.data.items.length > 0 && (
        <ul className="divide-y divide-line border-y border-line" aria-label={text('settings.tokens')}>
          {list.data.items.map((token) => (
            <TokenItem key={token.id} token={token} onRevoke={() => onRevoke(token)} />
          ))}
        </ul>
      )}
      {list.data?.items.length === 0 && step === 'list' && <p className="text-sm text-faint">{text('tokens.none')}</p>}
    </div>
  )
}
