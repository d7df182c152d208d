import { lazyPart } from '../../ui/lazy-part.tsx'
import type { SettingsDialogProps } from './settings-dialog.tsx'
import type { ShortcutsDialogProps } from './shortcuts-dialog.tsx'

export { settingsSections, type SettingsSection } from './settings-section.ts'
export const SettingsDialog = lazyPart<SettingsDialogProps>(
  () => import('./settings-dialog.tsx').then((module) => module.SettingsDialog),
  {
    close:
      ({ onSection }) =>
      () =>
        onSection(null),
  },
)
export const ShortcutsDialog = lazyPart<ShortcutsDialogProps>(
  () => import('./shortcuts-dialog.tsx').then((module) => module.ShortcutsDialog),
  { close: ({ onClose }) => onClose },
)
