import { createDeviceValue } from '../lib/device-value.ts'
import type { ValueStore } from '../lib/value-store.ts'

/** A setting with a few choices, kept on this device. */
export interface Preference<Choice extends string> extends ValueStore<Choice> {
  /** The first is the default. */
  readonly choices: readonly [Choice, ...Choice[]]
}

/** The key that sends a message; the other one starts a line. */
export const sendKey = createPreference('holdfast.send-key', ['enter', 'mod-enter'])

/** Where the view stays while an answer is written: at its end, or where it began. */
export const afterSend = createPreference('holdfast.after-send', ['follow', 'stay'])

/** The parts of an answer that a screen reader reads out. Questions and failures are always read. */
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
