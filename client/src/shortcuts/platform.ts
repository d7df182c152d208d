/** Whether the keyboard has ⌘ and ⌥ instead of Ctrl and Alt. */
export const isMac = typeof navigator !== 'undefined' && /mac|iphone|ipad/iu.test(navigator.userAgent)
