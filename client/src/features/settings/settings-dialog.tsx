import type { ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'
import type { AccountSettingsProps } from './account-settings.tsx'
import type { ModelSettingsProps } from './model-settings.tsx'
import { settingsSections, type SettingsSection } from './settings-section.ts'

const AccountSettings = lazyPart(() => import('./account-settings.tsx').then((module) => module.AccountSettings))
const AppearanceSettings = lazyPart(() => import('./appearance-settings.tsx').then((module) => module.AppearanceSettings))
const ModelSettings = lazyPart(() => import('./model-settings.tsx').then((module) => module.ModelSettings))
const ShortcutSettings = lazyPart(() => import('./shortcut-settings.tsx').then((module) => module.ShortcutSettings))
const TokenSettings = lazyPart(() => import('./token-settings.tsx').then((module) => module.TokenSettings))
const ToolSettings = lazyPart(() => import('./tool-settings.tsx').then((module) => module.ToolSettings))
const WritingSettings = lazyPart(() => import('./writing-settings.tsx').then((module) => module.WritingSettings))

export interface SettingsDialogProps extends AccountSettingsProps, ModelSettingsProps {
  /** Null: closed. */
  readonly section: SettingsSection | null
  readonly version: string | null
  readonly onSection: (section: SettingsSection) => void
  readonly onClose: () => void
  /** What can be done with everything that a person has. */
  readonly data: ReactNode
}

export function SettingsDialog({ section, version, models, warning, data, onSection, onClose, ...account }: SettingsDialogProps) {
  const text = useText()
  return (
    <Dialog title={text('settings')} isOpen={section !== null} onClose={onClose} width="wide" hasAddress testId="settings">
      <div className="flex min-h-[min(30rem,56dvh)] flex-col gap-5 sm:flex-row">
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
          {version !== null && (
            <p className="mt-auto hidden px-3 text-xs text-faint sm:block">{text('settings.version', { version })}</p>
          )}
        </nav>
        <div className="min-w-0 flex-1 sm:pl-2">
          {section === 'account' && <AccountSettings {...account} />}
          {section === 'appearance' && <AppearanceSettings />}
          {section === 'tokens' && <TokenSettings />}
          {section === 'models' && <ModelSettings models={models} warning={warning} />}
          {section === 'tools' && <ToolSettings />}
          {section === 'writing' && <WritingSettings />}
          {section === 'shortcuts' && <ShortcutSettings />}
          {section === 'data' && data}
        </div>
      </div>
    </Dialog>
  )
}

/** The sections are a row on a phone: the one that is open is in sight. */
function showInRow(button: HTMLElement | null): void {
  button?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}
