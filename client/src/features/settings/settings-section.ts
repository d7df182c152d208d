export const settingsSections = ['account', 'appearance', 'tokens', 'tools', 'shortcuts'] as const
export type SettingsSection = (typeof settingsSections)[number]
