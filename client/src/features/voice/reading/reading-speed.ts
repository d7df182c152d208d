import { createPreference } from '../../../preferences/preferences.ts'

/** How fast answers are read aloud; 1 is the voice's own speed. */
export const readingSpeed = createPreference('holdfast.reading-speed', ['1', '0.75', '1.25', '1.5', '2'])

/** From slow to fast. */
export const readingSpeeds = readingSpeed.choices.toSorted((a, b) => Number(a) - Number(b))
