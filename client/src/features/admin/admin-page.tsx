import '../../i18n/later-english.ts'
import { EyeOff } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { useText } from '../../i18n/use-text.ts'
import { adminPanelPath, pathToAdminPanel } from '../../lib/routes.ts'
import { trpc } from '../../react/trpc-react.ts'
import { CenteredMessage } from '../../ui/centered-message.tsx'
import { adminPanels, type AdminPanel } from './admin-panels.ts'
import { LoadingPanel } from './loading-panel.tsx'

/** The area in which administrators look after the server. It shows who and how much, never what somebody wrote. */
export function AdminPage() {
  const text = useText()
  const [path] = useLocation()
  const info = trpc.system.info.useQuery()
  const asked = pathToAdminPanel(path)
  const open = adminPanels.find(({ id }) => id === asked) ?? (asked === null ? adminPanels[0] : undefined)
  if (info.isPending) return <LoadingPanel />
  if (info.data && info.data.user.role !== 'admin') {
    return (
      <CenteredMessage title={text('admin.refused')} testId="admin-refused">
        {text('admin.refused.about')}
      </CenteredMessage>
    )
  }
  return (
    <div className="h-full overflow-y-auto" data-testid="admin-page">
      <div className="mx-auto flex max-w-5xl flex-col gap-x-10 gap-y-5 px-4 pt-4 pb-16 sm:px-8 sm:pt-6 lg:flex-row">
        <div className="shrink-0 space-y-3 lg:sticky lg:top-6 lg:w-52 lg:self-start">
          <h1 className="text-xl font-semibold tracking-tight">{text('admin')}</h1>
          <p className="flex gap-2 text-sm text-soft">
            <EyeOff size={15} aria-hidden className="mt-0.5 shrink-0 text-faint" />
            {text('admin.private')}
          </p>
          <nav
            className="-mx-1 flex gap-1 overflow-x-auto p-1 [scrollbar-width:thin] lg:mx-0 lg:flex-col lg:overflow-visible lg:p-0"
            aria-label={text('admin')}
          >
            {adminPanels.map((panel) => (
              <PanelLink key={panel.id} panel={panel} isOpen={panel === open} />
            ))}
          </nav>
        </div>
        <section className="min-w-0 flex-1" aria-label={open && text(open.title)}>
          {open ? <open.Panel key={open.id} /> : <p className="text-sm text-soft">{text('not-found')}</p>}
        </section>
      </div>
    </div>
  )
}

function PanelLink({ panel, isOpen }: { readonly panel: AdminPanel; readonly isOpen: boolean }) {
  const text = useText()
  return (
    <Link
      href={adminPanelPath(panel.id)}
      aria-current={isOpen ? 'page' : undefined}
      ref={isOpen ? showInRow : undefined}
      data-testid={`admin-${panel.id}`}
      className={`flex h-9 shrink-0 items-center rounded-sm px-3 text-sm whitespace-nowrap touch:h-11 ${isOpen ? 'bg-hover font-medium text-ink' : 'text-soft hover:bg-hover/60'}`}
    >
      {text(panel.title)}
    </Link>
  )
}

/** On a phone the panels are a scrolling row: scrolls to the open one. */
function showInRow(link: HTMLElement | null): void {
  link?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}
