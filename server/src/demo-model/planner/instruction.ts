const opening =
  /^(?:(?:hi|hello|hey|ok|okay|alright|right|so|also|now|then|and|first|finally|please|pls|great|thanks|thank you)(?: there)?[,!:.]? ){1,5}/iu
const asking =
  /^(?:(?<polite>(?:can|could|would|will) you )|i(?:'d|’d| would) (?:also )?like (?:you )?to |i (?:also )?(?:want|need) (?:you )?to |let(?:'s|’s| us| me) |go ahead and |help me (?:to )?)/iu
const adverbs = /^(?:(?:please|pls|kindly|also|just|quickly|then|now) ){1,3}/iu
const closing =
  /(?:,? (?:please and thank you|please|pls|thanks|thank you|thx|for me|right now|will you|would you|if you can|if you could|if possible|if you don(?:'|’)?t mind)){1,3}$/iu

/** The instruction in a sentence, without the polite phrases around it. */
export interface Instruction {
  readonly text: string
  /** It ends in a question mark, and nothing in it says that it is a request after all. */
  readonly isQuestion: boolean
}

export function sentenceToInstruction(sentence: string): Instruction {
  const line = sentence.replaceAll(/\s+/gu, ' ').trim()
  const asks = /\?[!?.\s]*$/u.test(line)
  const words = line.replace(/[.!?…;,\s]+$/u, '').replace(opening, '')
  const request = asking.exec(words)
  const text = words
    .slice(request?.[0].length ?? 0)
    .replace(adverbs, '')
    .replace(closing, '')
    .replace(/[,\s]+$/u, '')
  return { text, isQuestion: asks && request?.groups?.['polite'] === undefined }
}
