import type { AdminUser } from '@holdfast/shared'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { locale } from '../../../i18n/locale.ts'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { formatWhen } from '../../../ui/format-time.ts'
import { Menu } from '../../../ui/menu.tsx'
import { DeletePerson } from './delete-person.tsx'
import type { MadeLink } from './made-link.ts'
import { usePersonActions } from './use-person-actions.ts'

export interface PersonItemProps {
  readonly person: AdminUser
  readonly onChanged: () => void
  readonly onLink: (link: MadeLink) => void
}

/** One person of the list, with what can be done about them. */
export function PersonItem({ person, onChanged, onLink }: PersonItemProps) {
  const text = useText()
  const info = trpc.system.info.useQuery()
  const [isDeleting, setDeleting] = useState(false)
  const isSelf = info.data?.user.id === person.id
  const name = person.isGuest ? text('people.guest') : person.name
  const { items, approve } = usePersonActions({ person, isSelf, name, onChanged, onLink, onDelete: () => setDeleting(true) })
  return (
    <li className="py-3" data-testid="person" data-user-id={person.id}>
      <div className="flex items-center gap-3">
        <div className="min-w-0 flex-1 text-sm">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium wrap-anywhere">{name}</span>
            {isSelf && <span className="text-xs text-accent-strong">{text('people.you')}</span>}
            {person.email !== null && <span className="text-xs wrap-anywhere text-soft">{person.email}</span>}
          </p>
          <p className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-faint">
            {person.isService && <span>{text('people.service')}</span>}
            <span className={person.role === 'admin' ? 'font-medium text-ink' : ''}>{text(`people.role.${person.role}`)}</span>
            {person.status !== 'active' && (
              <span className={person.status === 'pending' ? 'text-warm-ink' : 'text-danger-ink'}>
                {text(`people.status.${person.status}`)}
              </span>
            )}
            <span>
              {person.lastSeenAt === null
                ? text('people.seen.never')
                : text('people.seen', { when: formatWhen(person.lastSeenAt, locale) })}
            </span>
          </p>
        </div>
        {approve && (
          <Button size="small" tone="accent" onClick={approve} data-testid="approve">
            {text('people.approve')}
          </Button>
        )}
        <Menu
          label={text('people.actions', { name })}
          items={items}
          icon={<Ellipsis size={16} aria-hidden />}
          align="end"
          className="grid size-8 shrink-0 place-items-center rounded-sm text-soft hover:bg-hover touch:size-11"
        />
      </div>
      {isDeleting && (
        <DeletePerson
          person={person}
          name={name}
          onClose={() => setDeleting(false)}
          onDeleted={() => {
            setDeleting(false)
            onChanged()
          }}
        />
      )}
    </li>
  )
}
