import { Bot, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { trpc } from '../../../react/trpc-react.ts'
import { Button } from '../../../ui/button.tsx'
import { Select } from '../../../ui/select.tsx'
import { FailedPanel } from '../failed-panel.tsx'
import { LoadingPanel } from '../loading-panel.tsx'
import { CreateForm } from './create-form.tsx'
import { InviteForm } from './invite-form.tsx'
import type { MadeLink } from './made-link.ts'
import { OpenInvites } from './open-invites.tsx'
import { PersonItem } from './person-item.tsx'
import { ServiceForm } from './service-form.tsx'
import { ShownLink } from './shown-link.tsx'

const filters = ['all', 'accounts', 'pending', 'disabled'] as const
type Filter = (typeof filters)[number]

/** Everybody on the server, and the links by which others come. */
export function PeoplePanel() {
  const text = useText()
  const utils = trpc.useUtils()
  const [query, setQuery] = useState('')
  const [filter, setFilter] = useState<Filter>('all')
  const [isInviting, setInviting] = useState(false)
  const [isForProgram, setForProgram] = useState(false)
  const [link, setLink] = useState<MadeLink | null>(null)
  const settings = trpc.admin.settings.get.useQuery()
  // Where nobody may make an account, an invitation would not work either.
  const isClosed = settings.data?.settings.signUp === 'closed'
  const list = trpc.admin.users.list.useInfiniteQuery(
    {
      query: query.trim() === '' ? undefined : query.trim(),
      status: filter === 'pending' || filter === 'disabled' ? filter : undefined,
      guests: filter !== 'accounts',
    },
    { getNextPageParam: (page) => page.nextCursor, staleTime: 0, placeholderData: (before) => before },
  )
  const onChanged = () => void utils.admin.users.list.invalidate()
  const people = list.data?.pages.flatMap(({ items }) => items)
  return (
    <div className="space-y-6" data-testid="people-panel">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="mr-auto font-medium">{text('admin.people')}</h2>
        <Button size="small" onClick={() => setForProgram(true)} data-testid="service">
          <Bot size={14} aria-hidden />
          {text('people.service')}
        </Button>
        <Button size="small" onClick={() => setInviting(true)} data-testid="invite">
          <UserPlus size={14} aria-hidden />
          {text(isClosed ? 'people.create' : 'people.invite')}
        </Button>
      </div>
      {isForProgram && <ServiceForm onMade={onChanged} onClose={() => setForProgram(false)} />}
      {isInviting && isClosed && (
        <CreateForm
          onClose={() => setInviting(false)}
          onMade={({ user, link: made }) => {
            setInviting(false)
            setLink({ ...made, title: text('people.link.reset', { name: user.name }) })
            onChanged()
          }}
        />
      )}
      {isInviting && !isClosed && (
        <InviteForm
          onClose={() => setInviting(false)}
          onMade={(made) => {
            setInviting(false)
            setLink({ ...made, title: text('people.link.invite') })
            void utils.admin.invites.list.invalidate()
          }}
        />
      )}
      {link && <ShownLink link={link} onDone={() => setLink(null)} />}
      <OpenInvites />
      <div className="space-y-2">
        <div className="flex flex-wrap gap-2">
          <input
            type="search"
            aria-label={text('people.search')}
            placeholder={text('people.search')}
            value={query}
            maxLength={200}
            onChange={(event) => setQuery(event.target.value)}
            className="h-9 min-w-48 flex-1 rounded-md border border-line-strong bg-paper px-3 text-base sm:text-sm touch:h-11"
          />
          <Select label={text('people.filter')} value={filter} onValue={(value) => setFilter(value as Filter)}>
            {filters.map((value) => (
              <option key={value} value={value}>
                {text(`people.filter.${value}`)}
              </option>
            ))}
          </Select>
        </div>
        {list.isPending && <LoadingPanel />}
        {list.isError && <FailedPanel error={list.error} onTryAgain={() => void list.refetch()} />}
        {people?.length === 0 && <p className="py-4 text-sm text-soft">{text('people.none')}</p>}
        {people && people.length > 0 && (
          <ul className="divide-y divide-line border-y border-line" aria-label={text('admin.people')}>
            {people.map((person) => (
              <PersonItem key={person.id} person={person} onChanged={onChanged} onLink={setLink} />
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <Button size="small" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {text('people.more')}
          </Button>
        )}
      </div>
    </div>
  )
}
