import type { Invite } from '@holdfast/shared'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { formatDateTime } from '../../../ui/format-time.ts'
import { useFailureToast } from '../../../react/use-failure-toast.ts'

/** The invitations that nobody has used yet; nothing when there are none. */
export function OpenInvites() {
  const text = useText()
  const showFailure = useFailureToast()
  const utils = trpc.useUtils()
  const list = trpc.admin.invites.list.useQuery(undefined, { staleTime: 0 })
  const revoke = trpc.admin.invites.revoke.useMutation()
  const items = list.data?.items ?? []
  const onRevoke = ({ id: inviteId }: Invite) =>
    revoke.mutate(
      { inviteId },
      {
        onError: showFailure,
        onSettled: () => void utils.admin.invites.list.invalidate(),
      },
    )
  if (items.length === 0) return null
  return (
    <section aria-label={text('people.invites')} data-testid="open-invites">
      <h3 className="mb-1 text-sm font-medium">{text('people.invites')}</h3>
      <ul className="divide-y divide-line border-y border-line">
        {items.map((invite) => {
          const who = invite.email ?? text('people.invites.anybody')
          return (
            <li key={invite.id} className="flex items-center gap-3 py-2 text-sm">
              <div className="min-w-0 flex-1">
                <p className="wrap-anywhere">{who}</p>
                <p className="flex flex-wrap gap-x-3 text-xs text-faint">
                  <span>{text(`people.role.${invite.role}`)}</span>
                  <span>{text('people.invites.until', { when: formatDateTime(invite.expiresAt, locale) })}</span>
                </p>
              </div>
              <Button
                size="small"
                tone="quiet"
                aria-label={text('people.invites.revoke.label', { who })}
                onClick={() => onRevoke(invite)}
              >
                {text('people.invites.revoke')}
              </Button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
