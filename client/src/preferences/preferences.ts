import { createDeviceValue } from '../device-value.ts'
import type { ValueStore } from '../value-store.ts'

/** One of a few ways to have it, as chosen on this device. */
export interface Preference<Choice extends string> extends ValueStore<Choice> {
  /** The first is how it usually is. */
  readonly choices: readonly [Choice, ...Choice[]]
}

/** Which key sends what was written; the other way round it starts a line. */
export const sendKey = createPreference('holdfast.send-key', ['enter', 'mod-enter'])

/** Where the view is while the answer to what was just sent is written: at its end, or where it began. */
export const afterSend = createPreference('holdfast.after-send', ['follow', 'stay'])

/** What a screen reader is told of an answer. Questions and failures are always said. */
export const spokenAnswer = createPreference('holdfast.spoken-answer', ['end', 'progress', 'whole', 'nothing'])

export const textSize = createPreference('holdfast.text-size', ['normal', 'small', 'large', 'larger'])

export const themeChoice = createPreference('holdfast.theme', ['system', 'light', 'dark'])

export type ThemeChoice = ReturnType<typeof themeChoice.get>

/** A choice that is kept on the device and is the same in all its tabs. */
export function createPreference<const Choice extends string>(
  key: string,
  choices: readonly [Choice, ...Choice[]],
): Preference<Choice> {
  const [usual] = choices
  const value = createDeviceValue<Choice>(key, {
    parse: (text) => choices.find((choice) => choice === text) ?? usual,
    print: (choice) => (choice === usual ? null : choice),
  })
  return { ...value, choices }
}
