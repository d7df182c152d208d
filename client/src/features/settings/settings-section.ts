export const settingsSections = ['account', 'appearance', 'tokens', 'tools', 'shortcuts', 'data'] as const
export type SettingsSection = (typeof settingsSections)[number]
