export const settingsSections = ['account', 'appearance', 'tokens', 'tools'] as const
export type SettingsSection = (typeof settingsSections)[number]
