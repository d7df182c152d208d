import { createDeviceValue } from '../device-value.ts'

/** Whether single characters are shortcuts. Whoever dictates or presses keys by accident turns them off (WCAG 2.1.4). */
export const characterKeys = createDeviceValue<boolean>('holdfast.character-keys', {
  parse: (text) => text !== 'off',
  print: (isAllowed) => (isAllowed ? null : 'off'),
})
