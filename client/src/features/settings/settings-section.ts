export const settingsSections = [
  'account',
  'models',
  'tools',
  'tokens',
  'webhooks',
  'writing',
  'shortcuts',
  'appearance',
  'data',
] as const
export type SettingsSection = (typeof settingsSections)[number]
