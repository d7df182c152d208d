import '../../i18n/later-english.ts'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useText } from '../../i18n/use-text.ts'
import { routes } from '../../lib/routes.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { LoadingShape } from '../../ui/loading-shape.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import type { ModelSettingsProps } from './model-settings.tsx'
import { settingsSections, type SettingsSection } from './settings-section.ts'

const AppearanceSettings = lazyPart(() => import('./appearance-settings.tsx').then((module) => module.AppearanceSettings), {
  waiting: Waiting,
})
const ModelSettings = lazyPart(() => import('./model-settings.tsx').then((module) => module.ModelSettings), { waiting: Waiting })
const ShortcutSettings = lazyPart(() => import('./shortcut-settings.tsx').then((module) => module.ShortcutSettings), {
  waiting: Waiting,
})
const TokenSettings = lazyPart(() => import('./token-settings.tsx').then((module) => module.TokenSettings), { waiting: Waiting })
const ToolSettings = lazyPart(() => import('./tool-settings.tsx').then((module) => module.ToolSettings), { waiting: Waiting })
const WebhookSettings = lazyPart(() => import('./webhooks/webhook-settings.tsx').then((module) => module.WebhookSettings), {
  waiting: Waiting,
})
const WritingSettings = lazyPart(() => import('./writing-settings.tsx').then((module) => module.WritingSettings), {
  waiting: Waiting,
})

export interface SettingsDialogProps {
  /** The open section; null while the dialog is closed. */
  readonly section: SettingsSection | null
  readonly onSection: (section: SettingsSection | null) => void
  readonly version: string | null
  readonly isAdmin: boolean
  /** Content of the account section. */
  readonly account: ReactNode
  readonly models: ModelSettingsProps
  /** Content of the data section. */
  readonly data: ReactNode
}

export function SettingsDialog({ section, onSection, version, isAdmin, account, models, data }: SettingsDialogProps) {
  const text = useText()
  const close = () => onSection(null)
  return (
    <Dialog title={text('settings')} isOpen={section !== null} onClose={close} width="wide" hasAddress testId="settings">
      <div className="flex min-h-[min(30rem,56dvh)] flex-col gap-5 sm:h-[min(34rem,58dvh)] sm:min-h-0 sm:flex-row">
        <nav
          className="-mx-1 flex shrink-0 gap-1 overflow-x-auto p-1 sm:mx-0 sm:w-40 sm:flex-col sm:overflow-visible sm:p-0"
          aria-label={text('settings')}
        >
          {settingsSections.map((name) => (
            <button
              key={name}
              type="button"
              ref={name === section ? showInRow : undefined}
              aria-current={name === section ? 'true' : undefined}
              onClick={() => onSection(name)}
              className={`h-9 shrink-0 rounded-sm px-2 text-left whitespace-nowrap sm:px-3 text-sm touch:h-11 ${name === section ? 'bg-hover font-medium text-ink' : 'text-soft hover:bg-hover/60'}`}
            >
              {text(`settings.${name}`)}
            </button>
          ))}
          {isAdmin && (
            <Link
              href={routes.admin}
              data-testid="open-admin"
              className="flex h-9 shrink-0 items-center rounded-sm px-2 text-sm whitespace-nowrap text-accent-strong hover:bg-hover sm:px-3 touch:h-11"
            >
              {text('admin')}
            </Link>
          )}
          {version !== null && (
            <p className="mt-auto hidden px-3 text-xs text-faint sm:block">{text('settings.version', { version })}</p>
          )}
        </nav>
        {/* The height of the dialog is the same for every section. */}
        <div
          key={section}
          role="region"
          aria-label={section === null ? undefined : text(`settings.${section}`)}
          tabIndex={0}
          className="min-w-0 flex-1 rounded-sm sm:overflow-y-auto sm:pr-1 sm:pl-2"
        >
          {section === 'account' && account}
          {section === 'appearance' && <AppearanceSettings />}
          {section === 'tokens' && <TokenSettings />}
          {section === 'webhooks' && <WebhookSettings />}
          {section === 'models' && <ModelSettings {...models} />}
          {section === 'tools' && <ToolSettings />}
          {section === 'writing' && <WritingSettings />}
          {section === 'shortcuts' && <ShortcutSettings />}
          {section === 'data' && data}
        </div>
      </div>
    </Dialog>
  )
}

/** Has no words, so that nothing is read out twice. */
function Waiting() {
  return (
    <LoadingShape className="space-y-4 pt-2">
      <Skeleton className="w-1/3" />
      <Skeleton className="h-10" />
      <Skeleton className="w-2/3" />
      <Skeleton className="h-10" />
    </LoadingShape>
  )
}

/** On a phone the sections are a scrolling row: scrolls to the open one. */
function showInRow(button: HTMLElement | null): void {
  button?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}
