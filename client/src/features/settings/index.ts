export { SettingsDialog } from './settings-dialog.tsx'
export { ShortcutsDialog } from './shortcuts-dialog.tsx'
export { settingsSections, type SettingsSection } from './settings-section.ts'
