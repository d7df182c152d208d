import { createDeviceValue } from '../lib/device-value.ts'

/** Whether single characters are shortcuts. People who dictate, or press keys by accident, can turn them off (WCAG 2.1.4). */
export const characterKeys = createDeviceValue<boolean>('holdfast.character-keys', {
  parse: (text) => text !== 'off',
  print: (isAllowed) => (isAllowed ? null : 'off'),
})
