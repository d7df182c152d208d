const noun = '(?:to-?do|to do|need to do|task|chore|errand)'
const list = String.raw`(?:${noun}(?:['’]?s)? list|(?:to-?do|task|chore|errand)['’]?s|list of (?:my )?(?:things (?:i (?:have|need) )?to do|${noun}['’]?s))`
const mine = '(?:my (?:own |daily |current |whole |entire |complete |full )?)'

/** In a pattern: what people call the list of their tasks. */
export const listName = `(?:${mine}|the )${list}`
/** The same, where it is certain whose list it is. */
export const ownListName = `${mine}${list}`
