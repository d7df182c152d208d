import type { Intent, PlannerKind } from './intent.ts'
import { listName } from './list-name.ts'
import { readNewTitle } from './titles.ts'

type Status = 'all' | 'pending' | 'completed' | 'overdue'

const kinds = '(?<kind>tasks|to-?dos|to do items|to-?do items|milestones|goals)'
const state =
  '(?<state>open|pending|remaining|unfinished|outstanding|active|current|completed|complete|finished|done|overdue|late)'
const show =
  '(?:show|list|give|display|tell|read|repeat|recite|print|get|see|view|check|open|pull up|bring up|go over|go through|say|dictate|hear|know|inform)'
const whenever = '(?: (?:please|again|right now|now|today|for today|currently|back to me|to me|back|aloud|out loud)){0,3}'

const listings = [
  `(?:show|list|view|see|display|print)(?: me)?(?: all)?(?: of)?(?: (?:my|the))?(?: ${state})? ${kinds}(?: i have| that i have)?${whenever}`,
  `${show}(?: me| back| to me){0,2}(?: all| out)?(?: of)? (?:my|the)(?: ${state})? ${kinds}(?: i have| that i have)?${whenever}`,
  `(?:what|which)(?: ${state})? ${kinds} (?:are there|do i have|have i got|are left|are open|are pending|remain|are still (?:open|left))(?: left| open| to do)?${whenever}`,
  `(?:what|which) (?:of my )?${kinds} (?:are|have i|did i) ${state}`,
  `what(?:['’]?s| are| is) my(?: ${state})? ${kinds}${whenever}`,
  `(?:(?:do i (?:still )?have|are there) )?any(?: ${state})? ${kinds}(?: left| open)?`,
  `how many(?: ${state})? ${kinds} (?:do i have|are there|are left|have i got)(?: left| open)?`,
  `(?:my(?: ${state})? )?${kinds}`,
  `${state} ${kinds}`,
].map(toPattern)

const things =
  "(?:(?:all|everything)(?: of)?(?: the)?|the|what is|what['’]?s|what (?:items|tasks|things) (?:are|i have listed)|(?:items|tasks|things|points|entries|contents?))"
const wholeList = [
  `(?:${listName}|(?:to-?do|task) list)`,
  `(?:${show}|can i (?:see|hear|have))(?: me| back| to me){0,2}(?:,? (?:of )?${things}(?: (?:that are )?(?:on|of|in))?){0,3} ${listName}(?: items)?${whenever}`,
  `(?:what|which)(?:['’]?s| is| are| do i (?:still )?have| have i got)(?: left)?(?: to do)?(?: (?:the )?(?:things|items|tasks))? (?:on|in) ${listName}${whenever}`,
  `what(?:['’]?s| is) ${listName}${whenever}`,
  `(?:what|which) (?:items|tasks|things) (?:are|do i have) (?:on|in) ${listName}${whenever}`,
  `how many (?:items|tasks|things|chores) (?:are|do i have) (?:on|in) ${listName}${whenever}`,
  `(?:do i have|have i (?:got|added|put)|is there|are there|(?:${show}(?: me)? (?:if|whether) )(?:there is|i have))(?: still)? (?:anything|something|any (?:items|tasks|things))(?: left| to do){0,2} (?:on|to|in) ${listName}${whenever}`,
].map(toPattern)

const whatIsLeft =
  /^(?:(?:show|tell)(?: me)? |know )?(?:what(?:['’]?s| is| else is) (?:still )?(?:left|pending|remaining|outstanding)(?: to do| to be done| on my (?:list|plate)| for (?:me|today)){0,2}|what(?:['’]?s| is) still open|what(?: else)? (?:do i|have i got|do i still|have i) (?:still )?(?:have |need )?(?:left )?to do(?: today| tomorrow)?|what remains(?: to do| to be done)?|what(?:['’]?s| is) due(?: today| tomorrow| this week| next)?|what do i have due(?: today| tomorrow| this week)?)$/iu
const whatIsDone =
  /^what (?:have i|did i)(?: already)? (?:(?:finished|finish|complete|completed|get done)(?: so far| today)?|done (?:so far|today))$/iu
const whatIsLate = /^(?:what(?:['’]?s| is)|is anything) overdue$/iu

const searches = [
  `(?:is|are) (?<query>.+?)(?: coming up| already| still)? (?:on|in) ${listName}${whenever}`,
  `did i (?:already )?(?:put|add|write|list|note|remember to (?:add|put)) (?<query>.+?) (?:on|to|in|onto) ${listName}${whenever}`,
  `do i (?:already )?have (?:(?:a task|an item|anything) (?:on|in) ${listName} (?:to|for|about|related to) (?<query>.+)|(?<other>.+?)(?: scheduled)? (?:on|in) ${listName}${whenever})`,
  `does ${listName} (?:have|contain|include) (?<query>.+?)(?: on it| in it)?`,
  `is there (?:anything|a task|an item) (?:on|in) ${listName} (?:to|for|about|like|related to) (?<query>.+)`,
  `${show}(?: me)?(?: to see)? (?:if|whether) (?<query>.+?) (?:is|are) (?:on|in) ${listName}${whenever}`,
  `check ${listName} for (?<query>.+)`,
].map(toPattern)

function toPattern(source: string): RegExp {
  return new RegExp(`^${source}$`, 'iu')
}

/** Reads a wish to see what there is. Null: none. */
export function readList(text: string, quotes: readonly string[]): Intent | null {
  if (whatIsLeft.test(text)) return toList('task', 'pending')
  if (whatIsDone.test(text)) return toList('task', 'completed')
  if (whatIsLate.test(text)) return toList('task', 'overdue')
  if (wholeList.some((pattern) => pattern.test(text))) return toList('task', toStatus('', text))
  for (const pattern of listings) {
    const groups = pattern.exec(text)?.groups
    if (groups) return toList(toKind(groups['kind'] ?? ''), toStatus(groups['state'] ?? '', text))
  }
  for (const pattern of searches) {
    const { query, other } = pattern.exec(text)?.groups ?? {}
    const title = readNewTitle(query ?? other ?? '', quotes)
    if (title !== null) return { type: 'list', kind: 'task', status: 'all', query: title }
  }
  return null
}

function toList(kind: PlannerKind, status: Status): Intent {
  return { type: 'list', kind, status, query: null }
}

function toKind(word: string): PlannerKind {
  if (/^milestones$/iu.test(word)) return 'milestone'
  return /^goals$/iu.test(word) ? 'goal' : 'task'
}

function toStatus(word: string, text: string): Status {
  if (/^(?:overdue|late)$/iu.test(word)) return 'overdue'
  if (/^(?:completed|complete|finished|done)$/iu.test(word)) return 'completed'
  return word !== '' || /\b(?:left|open|pending|remain\w*|still)\b/iu.test(text) ? 'pending' : 'all'
}
