import { readQuotation } from './quotes.ts'

const maxWords = 12
const maxLength = 100

/** Words and characters that make it doubtful that the text around them is a title, or that the user wants anything done at all. */
const doubtful =
  /[?`{}<>|\\=*_#[\]\uE000-\uE002]|\b(?:if|unless|because|but|instead|whether|although|though|except|would|should|could|might|is|are|was|were|isn'?t|aren'?t|be|been|being|has|had|does|did|don'?t|do not|doesn'?t|didn'?t|won'?t|can'?t|cannot|never ?mind|said|says?|telling|told|tells|asked|asks?|means|meant|thinks?|thought|believes?|feels?|when|while|then|also|afterwards|which|who|whom|what|why|how|where|that|tasks?|to-?dos?|milestones?|goals?|joke|joking|kidding|example|yesterday|ago|versus|vs|function|button|feature|column|field|endpoint|component|class|method|variable|database|table|queue|scheduler)\b/iu

/** A second instruction, which the words before it have swallowed. */
const followed =
  /\band (?:add|create|mark|delete|remove|rename|remind|tell|show|list|give me|set (?:it|the)|put (?:it|them))\b|\b(?:tell|show|give|explain|write|remind) (?:me|us)\b|\b(?:mark|delete|remove|complete|finish|close) (?:it|that|this|them)\b|\bas (?:done|complete|completed|finished)\b/iu

/** Taken back in the same breath. */
const retracted =
  /(?:^|[\s,])(?:no|not|nope|nah|wait|jk|lol|ha(?:ha)+|scratch that|forget it|forget that|cancel that|on second thoughts?|actually|anyway|whatever)$/iu

/** Words that are no title, but refer to things mentioned before, or to several things together. */
const pointing =
  /^(?:it|this|that|these|those|them|they|he|him|her|his|she|you|your|our|their|its|all|every|everything|each|both|any|anything|some|something|none|nothing|no|one|ones|another|other|others|first|second|third|last|next|previous|same|whole|entire|current|wrong|right|new|old|above|below|following|most|more|many|few|least)\b/iu

/** Words after "task" that do not make it an item of a list, and numbers, which name nothing. */
const compound =
  /^(?:(?:bars?|forces?|lists?|managers?|management|schedul\w*|runners?|queues?|views?|boards?|cards?|masters?|switch\w*|names?|titles?|descriptions?|icons?|windows?|apps?|tabs?|ids?|files?|folders?|objects?|records?|rows?|branch\w*|modules?|items?|posts?|lines?|keepers?|kicks?|settings?|trackers?|panels?|pages?|types?|groups?|history|dependenc\w*|owners?|status|deadlines?|priorit\w*|assign\w*|reminders?|templates?|counters?|numbers?|given|created|itself|we|i|lighting|scoring)\b|#?\d+(?:\s|$))/iu

/** No title begins in this way, but a phrase that says more about the thing named before. */
const relation = /^(?:from|in|on|of|at|with|without|and|or|for|into|as|by|off|over|under|via|per|to|async)\b/iu

/** "Task queue", "goal keeper": what follows makes another thing of it. */
export function isCompound(text: string): boolean {
  return compound.test(text.trim()) || relation.test(text.trim())
}

/** The words of a plain text as a title, where it is clear enough to be one. Null: it is not. */
export function readPlainTitle(text: string): string | null {
  const title = text.trim().replace(/[,;:]+$/u, '')
  const words = title.split(/\s+/u)
  const isShort = title.length > 0 && title.length <= maxLength && words.length <= maxWords
  const hasWord = /\p{L}/u.test(title) && !/[.;:!]\s/u.test(title)
  const isDoubtful = [doubtful, followed, retracted, pointing, relation].some((pattern) => pattern.test(title))
  return isShort && hasWord && !isDoubtful ? title : null
}

/** The title of something new: a quotation, or plain words. */
export function readNewTitle(text: string, quotes: readonly string[]): string | null {
  return readQuotation(text.trim(), quotes) ?? readPlainTitle(text)
}

/** The title by which something is named that exists. */
export function readNamedTitle(text: string, quotes: readonly string[]): string | null {
  const plain = text.trim()
  return readQuotation(plain, quotes) ?? (isCompound(plain) ? null : readPlainTitle(plain))
}

/** "Add a task to …" continues with the thing to do, not with the place to add it to. */
export function startsWithDeed(text: string): boolean {
  const [word = ''] = text.trim().split(/[\s,]+/u)
  const isOne = !/\s/u.test(text.trim())
  if (verbs.has(word.toLowerCase())) return true
  return !isOne && /^\p{Ll}/u.test(word) && !notDeeds.test(text)
}

const notDeeds =
  /^(?:the|an?|my|your|our|his|her|their|its|this|that|these|those|me|you|him|us|them|it|each|every|all|both|some|any|no|cron|jira|trello|asana|todoist|notion|github|gitlab|slack|\w+(?:'s|’s))\b/iu

const verbs = new Set(
  `answer arrange ask attend back bake book bring brush build buy call cancel change charge check choose clean clear close collect
  complete confirm contact cook copy create cut decide deliver design discuss download draft draw drink drive eat edit email exercise
  explore feed file fill find finish fix fold follow get give go hang help hire install invite iron jog join knit learn leave listen
  look mail make meditate meet mend mop move mow negotiate order organise organize pack paint pay phone pick plan plant play polish
  post practice practise prepare print publish put read record register renew rent repair replace reply request research reserve
  respond return review ride run save schedule search see sell send set shop shower sign sketch sleep smile sort speak start stop
  store stretch study submit swim sync take talk test text thank throw tidy train translate transfer travel turn upload vacuum visit
  volunteer wait walk wash watch water weed wipe work wrap write`.split(/\s+/u),
)

/** The known verb with which "add task buy milk" continues. */
export function startsWithVerb(text: string): boolean {
  return verbs.has((text.trim().split(/\s+/u)[0] ?? '').toLowerCase())
}
