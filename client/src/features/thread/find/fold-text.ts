/** How text is compared: without case, and with any white space as one space. One character stays one, so that places stay places. */
export function foldCharacter(character: string): string {
  if (/\s/u.test(character)) return ' '
  const lower = character.toLowerCase()
  return lower.length === character.length ? lower : character
}

export function foldText(text: string): string {
  const lower = text.toLowerCase()
  const folded = lower.length === text.length ? lower : Array.from(text, foldCharacter).join('')
  return folded.replace(/\s+/gu, ' ')
}

/** How often `wanted` stands in a text; both folded. What was found is not looked into again. */
export function countIn(text: string, wanted: string): number {
  let count = 0
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) count += 1
  return count
}
