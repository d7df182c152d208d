/** Browsers fall silent in the middle of long texts, and a voice service begins sooner with a short one. UTF-16 units. */
const maxUnitLength = 300

/**
 * Splits a paragraph into stretches that are spoken in one go: whole sentences, as many as fit. All but the last stay the same while the
 * paragraph grows.
 */
export function toUnits(paragraph: string): string[] {
  const units: string[] = []
  for (const sentence of toSentences(paragraph).flatMap(cutLong)) {
    const last = units.at(-1)
    if (last !== undefined && last.length + sentence.length <= maxUnitLength) units[units.length - 1] = last + sentence
    else units.push(sentence)
  }
  return units.map((unit) => unit.trim()).filter((unit) => unit !== '')
}

function toSentences(text: string): string[] {
  return [...new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text)].map(({ segment }) => segment)
}

/** A sentence without an end is cut between words, or where it must be. */
function cutLong(sentence: string): string[] {
  const cut: string[] = []
  let rest = sentence
  while (rest.length > maxUnitLength) {
    const space = rest.lastIndexOf(' ', maxUnitLength - 1)
    const at = space > maxUnitLength / 2 ? space + 1 : maxUnitLength
    cut.push(rest.slice(0, at))
    rest = rest.slice(at)
  }
  return [...cut, rest]
}
