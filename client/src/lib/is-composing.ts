/**
 * Whether a key belongs to an input method that composes a character: it must not send, save, close or step. Safari ends a composition
 * before the key event that ended it (WebKit 165004); that event has key code 229.
 */
export function isComposing(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return event.isComposing || event.keyCode === 229
}
