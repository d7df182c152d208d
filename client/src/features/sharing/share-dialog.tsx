import '../../i18n/later-english.ts'
import type { Id } from '@holdfast/shared'
import { useRef } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Button } from '../../ui/button.tsx'
import { DialogImpl } from '../../ui/dialog-impl.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useToast } from '../../ui/toasts.tsx'
import { NewShareForm } from './new-share-form.tsx'
import { ShareItem } from './share-item.tsx'

export interface ShareDialogProps {
  readonly conversationId: Id
  /** The end of the branch that this tab shows; undefined: the one that is open everywhere. */
  readonly leafId: Id | undefined
  readonly onClose: () => void
}

/** Makes links to a conversation, and shows and revokes those that there are. */
export function ShareDialog({ conversationId, leafId, onClose }: ShareDialogProps) {
  const text = useText()
  const toast = useToast()
  const heading = useRef<HTMLHeadingElement>(null)
  const list = trpc.shares.list.useQuery({ conversationId }, { refetchOnMount: 'always' })
  const revoke = trpc.shares.revoke.useMutation()
  const onRevoke = (shareId: Id) =>
    revoke.mutate(
      { shareId },
      {
        onSuccess: () => {
          heading.current?.focus()
          toast({ text: text('share.revoked') })
        },
        onError: () => toast({ tone: 'danger', text: text('share.revoke.failed') }),
        onSettled: () => void list.refetch(),
      },
    )
  return (
    <DialogImpl title={text('share.title')} isOpen onClose={onClose} testId="share-dialog">
      <div className="space-y-5">
        <p className="text-sm text-soft">{text('share.about')}</p>
        <NewShareForm conversationId={conversationId} leafId={leafId} onMade={() => void list.refetch()} />
        <section className="space-y-2 border-t border-line pt-4">
          <h3 ref={heading} tabIndex={-1} className="text-sm font-medium outline-none">
            {text('share.list')}
          </h3>
          {list.isPending && <Skeleton className="w-2/3" />}
          {list.isError && (
            <p className="flex flex-wrap items-center gap-3 text-sm text-faint" role="alert">
              {text('share.list.failed')}
              <Button size="small" onClick={() => void list.refetch()}>
                {text('try-again')}
              </Button>
            </p>
          )}
          {list.data?.items.length === 0 && <p className="text-sm text-faint">{text('share.list.none')}</p>}
          {list.data && list.data.items.length > 0 && (
            <ul className="divide-y divide-line" aria-label={text('share.list')}>
              {list.data.items.map((share) => (
                <ShareItem key={share.id} share={share} onRevoke={() => onRevoke(share.id)} />
              ))}
            </ul>
          )}
        </section>
      </div>
    </DialogImpl>
  )
}
