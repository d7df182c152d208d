import type { Id, ShareKind } from '@holdfast/shared'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { useClient } from '../../react/client-context.tsx'
import { errorToFailure } from '../../sdk/transport/failure.ts'
import { Button } from '../../ui/button.tsx'
import { RadioChoices } from '../../ui/radio-choices.tsx'
import { Select } from '../../ui/select.tsx'

const dayMs = 86_400_000
const days = [1, 7, 30] as const

function toTime(inDays: number): string {
  return new Date(Date.now() + inDays * dayMs).toISOString()
}

export interface NewShareFormProps {
  readonly conversationId: Id
  readonly leafId: Id | undefined
  readonly onMade: () => void
}

/** What a new link shows, and how long. */
export function NewShareForm({ conversationId, leafId, onMade }: NewShareFormProps) {
  const text = useText()
  const { trpc } = useClient()
  const [kind, setKind] = useState<ShareKind>('snapshot')
  const [isFollowing, setFollowing] = useState(false)
  const [expiry, setExpiry] = useState('')
  const [state, setState] = useState<'idle' | 'working' | { readonly failure: string }>('idle')

  const create = async () => {
    setState('working')
    try {
      const leaf = kind === 'live' && isFollowing ? undefined : (leafId ?? (await readOpenLeaf()))
      await trpc.shares.create.mutate({
        conversationId,
        kind,
        ...(leaf === undefined ? {} : { leafId: leaf }),
        ...(expiry === '' ? {} : { expiresAt: toTime(Number(expiry)) }),
      })
      setState('idle')
      onMade()
    } catch (error) {
      const failure = errorToFailure(error)
      setState({ failure: failure.kind === 'refused' ? failure.message : text('share.failed') })
    }
  }
  const readOpenLeaf = async () => {
    const { conversation } = await trpc.conversations.get.query({ conversationId, limit: 1 })
    return conversation.activeMessageId ?? undefined
  }

  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        void create()
      }}
    >
      <RadioChoices
        legend={text('share.kind')}
        name="share-kind"
        isList
        value={kind}
        onValue={setKind}
        choices={[
          { value: 'snapshot', label: text('share.kind.snapshot'), about: text('share.kind.snapshot.about') },
          { value: 'live', label: text('share.kind.live'), about: text('share.kind.live.about') },
        ]}
      />
      <div className="flex flex-wrap items-center gap-3">
        {kind === 'live' && (
          <Select
            label={text('share.branch')}
            value={isFollowing ? 'open' : 'this'}
            onValue={(value) => setFollowing(value === 'open')}
            testId="share-branch"
          >
            <option value="this">{text('share.branch.this')}</option>
            <option value="open">{text('share.branch.open')}</option>
          </Select>
        )}
        <span className="flex items-center gap-2 text-sm text-soft">
          {text('share.expires')}
          <Select label={text('share.expires')} value={expiry} onValue={setExpiry} testId="share-expiry">
            <option value="">{text('share.expires.never')}</option>
            {days.map((count) => (
              <option key={count} value={count}>
                {text('share.expires.days', { count })}
              </option>
            ))}
          </Select>
        </span>
        <Button tone="accent" type="submit" className="ml-auto" disabled={state === 'working'} data-testid="share-create">
          {text('share.create')}
        </Button>
      </div>
      {typeof state === 'object' && (
        <p role="alert" className="text-sm text-danger-ink">
          {state.failure}
        </p>
      )}
    </form>
  )
}
