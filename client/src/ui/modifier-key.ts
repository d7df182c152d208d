/** The key that shortcuts start with, as it is written on this device's keyboard. */
export const modifierKey = typeof navigator !== 'undefined' && /mac|iphone|ipad/iu.test(navigator.userAgent) ? '⌘' : 'Ctrl'
