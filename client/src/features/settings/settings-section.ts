export const settingsSections = ['account', 'appearance'] as const
export type SettingsSection = (typeof settingsSections)[number]
