/** Whose keyboard it is: ⌘ and ⌥ instead of Ctrl and Alt. */
export const isMac = typeof navigator !== 'undefined' && /mac|iphone|ipad/iu.test(navigator.userAgent)
