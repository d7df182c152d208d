import type { AdminUser } from '@holdfast/shared'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { errorToFailure } from '../../../sdk/transport/failure.ts'
import type { MenuItem } from '../../../ui/menu-props.ts'
import { useToast } from '../../../ui/toasts.tsx'
import type { MadeLink } from './made-link.ts'

interface PersonActionsOptions {
  readonly person: AdminUser
  readonly isSelf: boolean
  /** As shown. */
  readonly name: string
  readonly onChanged: () => void
  readonly onLink: (link: MadeLink) => void
  readonly onDelete: () => void
}

/** What an administrator can do about a person. `approve` is there for somebody who waits. */
export function usePersonActions({ person, isSelf, name, onChanged, onLink, onDelete }: PersonActionsOptions): {
  readonly items: readonly MenuItem[]
  readonly approve: (() => void) | null
} {
  const text = useText()
  const toast = useToast()
  const update = trpc.admin.users.update.useMutation()
  const resetLink = trpc.admin.users.resetLink.useMutation()
  const revoke = trpc.admin.users.revokeSessions.useMutation()
  const { id: userId } = person
  const onError = (error: unknown) => {
    const { kind, message } = errorToFailure(error)
    toast({ tone: 'danger', text: kind === 'refused' || kind === 'busy' ? message : text('failed.unreachable') })
    onChanged()
  }
  const change = (changes: { readonly role?: AdminUser['role']; readonly status?: AdminUser['status'] }) => () =>
    update.mutate(
      { userId, ...changes },
      {
        onSuccess: () => {
          toast({ text: text('people.changed', { name }) })
          onChanged()
        },
        onError,
      },
    )
  const makeLink = () =>
    resetLink.mutate(
      { userId },
      { onSuccess: (link) => onLink({ ...link, title: text('people.link.reset', { name }) }), onError },
    )
  const endSessions = () =>
    revoke.mutate(
      { userId },
      {
        onSuccess: ({ ended }) => {
          toast({ text: text('people.sessions-ended', { count: ended }) })
          onChanged()
        },
        onError,
      },
    )
  const approve = person.status === 'pending' ? change({ status: 'active' }) : null
  const items: MenuItem[] = [
    ...(approve ? [{ label: text('people.approve'), onSelect: approve }] : []),
    ...(person.status === 'disabled' ? [{ label: text('people.enable'), onSelect: change({ status: 'active' }) }] : []),
    ...(person.isService
      ? []
      : person.role === 'admin'
        ? [{ label: text('people.make-member'), onSelect: change({ role: 'member' }) }]
        : [{ label: text('people.make-admin'), onSelect: change({ role: 'admin' }) }]),
    ...(person.isGuest || person.isService ? [] : [{ label: text('people.reset-link'), onSelect: makeLink }]),
    { label: text('people.end-sessions'), onSelect: endSessions },
    ...(person.status === 'disabled' || isSelf
      ? []
      : [{ label: text('people.disable'), tone: 'danger' as const, onSelect: change({ status: 'disabled' }) }]),
    ...(isSelf ? [] : [{ label: text('people.delete'), tone: 'danger' as const, takesFocus: true, onSelect: onDelete }]),
  ]
  return { items, approve }
}
