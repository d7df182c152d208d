/** Between the points of a list that one instruction introduces. */
export const itemSeparator = '\uE002'

const bullet = /^\s*(?:[-*•]|\d{1,2}[.)])\s+/u

/** A message as single instructions: its lines and sentences. Points under a line that ends in a colon belong to it. */
export function textToSegments(text: string): string[] {
  const lines: string[] = []
  let introduces = false
  for (const line of text.split('\n').filter((part) => part.trim() !== '')) {
    const isPoint = bullet.test(line)
    const content = line.replace(bullet, '').trim()
    if (isPoint && introduces) lines.push(`${lines.pop() ?? ''}${itemSeparator}${content}`)
    else lines.push(content)
    introduces = isPoint ? introduces : /:\s*$/u.test(line)
  }
  return lines.flatMap((line) =>
    line.includes(itemSeparator) || /^[^:;.]*\b(?:tasks|to-?dos|items): [^.]*$/iu.test(line)
      ? [line]
      : line
          .split(/(?<=[.!?…;])(?<!\b(?:mr|mrs|ms|dr|st|no|vs|e\.g|i\.e))\s+/iu)
          .map((part) => part.trim())
          .filter((part) => part !== ''),
  )
}

const courtesy =
  /^(?:(?:hi|hello|hey)(?: there)?|good (?:morning|afternoon|evening)|(?:many )?thanks(?: a lot| so much| in advance| again)?|thank you(?: very much| so much| in advance)?|thx|please|pls|ok(?:ay)?|great|cheers)[\s,.!]*$/iu

/** Says nothing but a greeting or thanks. */
export function isCourtesy(segment: string): boolean {
  return courtesy.test(segment)
}

/** The places at which a sentence may join two instructions: "… and then …". */
export const joint = /,? (?:and )?(?:then|also|after that|afterwards),? |,? and |, /giu
