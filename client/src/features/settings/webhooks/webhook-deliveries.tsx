import type { Webhook } from '@holdfast/shared'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { Skeleton } from '../../../ui/skeleton.tsx'
import { deliveriesToPollMs } from './deliveries-to-poll-ms.ts'
import { DeliveryItem } from './delivery-item.tsx'
import { useFailureToast } from '../../../react/use-failure-toast.ts'

const perPage = 10

/** What a webhook was sent, the newest first. */
export function WebhookDeliveries({ webhook }: { readonly webhook: Webhook }) {
  const text = useText()
  const showFailure = useFailureToast()
  const utils = trpc.useUtils()
  const list = trpc.webhooks.deliveries.useInfiniteQuery(
    { webhookId: webhook.id, limit: perPage },
    {
      getNextPageParam: (page) => page.nextCursor,
      refetchOnMount: 'always',
      refetchInterval: ({ state }) => deliveriesToPollMs(state.data?.pages.flatMap(({ items }) => items) ?? [], Date.now()),
    },
  )
  const replay = trpc.webhooks.replay.useMutation({
    onError: showFailure,
    onSettled: () => {
      void list.refetch()
      void utils.webhooks.list.invalidate()
    },
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className="mt-2 ml-7 space-y-2" data-testid="webhook-deliveries">
      {list.isPending && <Skeleton className="w-2/3" />}
      {list.isError && (
        <p className="flex flex-wrap items-center gap-3 text-sm text-faint" role="alert">
          {text('webhooks.deliveries.failed')}
          <Button size="small" onClick={() => void list.refetch()}>
            {text('try-again')}
          </Button>
        </p>
      )}
      {list.isSuccess && items.length === 0 && <p className="text-sm text-faint">{text('webhooks.deliveries.none')}</p>}
      {items.length > 0 && (
        <ul className="divide-y divide-line" aria-label={text('webhooks.deliveries')}>
          {items.map((delivery) => (
            <DeliveryItem
              key={delivery.id}
              delivery={delivery}
              mayReplay={webhook.active}
              onReplay={() => replay.mutate({ deliveryId: delivery.id })}
            />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button size="small" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {text('webhooks.deliveries.more')}
        </Button>
      )}
    </div>
  )
}
