import { dateWords, isDateWords, splitDate } from './date-words.ts'
import type { Intent, PlannerKind } from './intent.ts'
import { ownListName } from './list-name.ts'
import { quotation } from './quotes.ts'
import { itemSeparator } from './segments.ts'
import { isCompound, readNamedTitle, readNewTitle, startsWithDeed, startsWithVerb } from './titles.ts'

const maxItems = 10

const create = '(?:add|create|make|write down|note down|put down|note|new)'
// "The" and "my" belong to something new only after these two: "set the goal to …" is about one that exists.
const head = (verbs: string, definite: string) =>
  `(?:(?:add|create) (?:me )?(?<definite>(?:an? |one |another |${definite})?)|${verbs} (?:me )?(?<indefinite>(?:an? |one |another )?))`
const adjectives = '(?:new |quick |simple |small |big |important |urgent |personal |long-term |short-term ){0,3}'
const task = '(?:task|to-?do|to do)(?: item)?'
const singleTask = new RegExp(
  String.raw`^${head(create, 'the ')}${adjectives}${task}(?: for me| (?:to|on) (?:my|the) (?:to-?do |task )?list)?(?<rest>\W.*|)$`,
  'iu',
)
const ontoList = new RegExp(
  String.raw`^(?:add|put|write|note) (?:(?<title>.+?) (?:to|on|onto|in) ${ownListName}(?<after> .+)?|(?:to|on) ${ownListName}: ?(?<named>.+))$`,
  'iu',
)
const amount = '(?:two|three|four|five|six|seven|eight|nine|ten|several|a few|\\d+)'
const severalTasks = new RegExp(
  String.raw`^${create} (?:(?:(?:the|these|those|this|following|some|new|my|${amount}) ){0,4}(?:tasks|to-?dos|to do items|to-?do items)(?: to my (?:to-?do |task )?list)?: ?(?<items>.+)|${amount} (?:new )?(?:tasks|to-?dos), (?<counted>.+))$`,
  'isu',
)
const asTask = new RegExp(
  String.raw`^(?:add|create|note|put) (?<title>.+?) as (?:an? |my )?(?:new )?(?<kind>task|to-?do|milestone|goal)(?: for (?<date>${dateWords}))?$`,
  'iu',
)
const other = new RegExp(
  String.raw`^${head('(?:make|set up|set|define|write down|note down|note|new)', 'the |my ')}${adjectives}(?<kind>milestone|goal)(?: for me)?(?<rest>\W.*|)$`,
  'iu',
)

/** Reads what is to be made. Null: nothing. `ask`: it is not clear what. */
export function readCreate(text: string, quotes: readonly string[]): Intent[] | null {
  const several = severalTasks.exec(text)?.groups
  const items = several?.['items'] ?? several?.['counted']
  if (items !== undefined) return readSeveral(items, quotes)
  const made = asTask.exec(text)?.groups
  if (made) return [toCreate(toKind(made['kind'] ?? ''), made['title'] ?? '', quotes, made['date'] ?? null)]
  const listed = ontoList.exec(text)?.groups
  if (listed) {
    const after = (listed['after'] ?? '').trim().replace(/^(?:for|by|on|due) /iu, '')
    if (after !== '' && !isDateWords(after)) return null
    return [toCreate('task', listed['title'] ?? listed['named'] ?? '', quotes, after === '' ? null : after)]
  }
  const single = singleTask.exec(text)?.groups
  if (single) return readRest('task', single['rest'] ?? '', quotes, isBare(single))
  const found = other.exec(text)?.groups
  return found ? readRest(toKind(found['kind'] ?? ''), found['rest'] ?? '', quotes, isBare(found)) : null
}

/** "Add task …" without an article. */
function isBare({ definite, indefinite }: Readonly<Record<string, string | undefined>>): boolean {
  return (definite ?? indefinite) === ''
}

function readSeveral(items: string, quotes: readonly string[]): Intent[] | null {
  const points = items.includes(itemSeparator) ? items.split(itemSeparator) : items.split(/, (?:and )?|; | and (?=[^,]+$)/u)
  const titles = points.map((point) => point.trim()).filter((point) => point !== '')
  if (titles.length === 0) return null
  if (titles.length > maxItems) return [{ type: 'ask', text: `That is more than ${maxItems} at once. Give me fewer, please.` }]
  return titles.map((title) => toCreate('task', title, quotes, null))
}

const named =
  /^(?: (?:called|named|titled|entitled|labelled|saying|that says|that reads|with (?:the )?(?:title|name))(?: of)?:?|:| [-–—])\s*(?<title>.+)$/iu
const forDay = new RegExp(
  String.raw`^ (?:for|due(?: on| by)?|on|by) (?<date>${dateWords})(?:,? to|,? called|:|,) (?<title>.+)$`,
  'iu',
)
const intoParent = new RegExp(
  String.raw`^ (?:to|for|under|in) (?:the |my )?(?:milestone|goal)(?: called| named)? (?<parent>${quotation})(?:,? (?:called|named|titled|to)|:|,)? (?<title>.+)$`,
  'iu',
)
const quoted = new RegExp(String.raw`^ (?<title>${quotation}.*)$`, 'u')
const withDate = new RegExp(
  String.raw`^ (?<title>.+?),? (?:(?:with |and )?(?:an? |the )?(?:target|deadline|due|target date|due date)(?: date)?(?: of| on| by| for|:)?) (?<date>${dateWords})$`,
  'iu',
)

function readRest(kind: PlannerKind, rest: string, quotes: readonly string[], isBareNoun: boolean): Intent[] | null {
  if (rest.trim() === '' || /^ ?(?:to|:|called|named|for)$/iu.test(rest)) return [askForTitle(kind)]
  const day = forDay.exec(rest)?.groups
  if (day) return [toCreate(kind, day['title'] ?? '', quotes, day['date'] ?? null)]
  const into = kind === 'goal' ? undefined : intoParent.exec(rest)?.groups
  if (into) return [toCreate(kind, into['title'] ?? '', quotes, null, readNamedTitle(into['parent'] ?? '', quotes))]
  const title = named.exec(rest)?.groups?.['title'] ?? quoted.exec(rest)?.groups?.['title']
  if (title !== undefined) return [toCreate(kind, title, quotes, null)]
  const deed = /^ to (?<deed>.+)$/iu.exec(rest)?.groups?.['deed']
  if (deed !== undefined) return startsWithDeed(deed) ? [toCreate(kind, deed, quotes, null)] : null
  const doing = /^ (?:for|of|about) (?<doing>\p{Ll}+ing\b.*)$/u.exec(rest)?.groups?.['doing']
  if (doing !== undefined) return [toCreate(kind, doing, quotes, null)]
  const dated = kind === 'task' ? undefined : withDate.exec(rest)?.groups
  if (dated) return [toCreate(kind, dated['title'] ?? '', quotes, dated['date'] ?? null)]
  return isBareNoun && startsWithVerb(rest) && !isCompound(rest) ? [toCreate(kind, rest.trim(), quotes, null)] : null
}

function toKind(noun: string): PlannerKind {
  if (/^milestone$/iu.test(noun)) return 'milestone'
  return /^goal$/iu.test(noun) ? 'goal' : 'task'
}

const parentOf = {
  task: new RegExp(
    String.raw`^(?<rest>.+?),? (?:for|under|in|to|on|as part of) (?:the |my )?milestone(?: called| named)? (?<parent>${quotation}|[^\uE000]+)$`,
    'iu',
  ),
  milestone: new RegExp(
    String.raw`^(?<rest>.+?),? (?:for|under|in|to|towards?|as part of) (?:the |my )?goal(?: called| named)? (?<parent>${quotation}|[^\uE000]+)$`,
    'iu',
  ),
}
const categoryOf = new RegExp(
  String.raw`^(?<rest>.+?),? (?:in|with|under) (?:the )?category:? (?<category>${quotation}|\p{L}+)$`,
  'iu',
)

/** "(target: 2026-12-01)" */
const inBrackets = new RegExp(String.raw`\s*\((?:(?:target|due|deadline|by|for)(?: date)?:?\s*)?(${dateWords})\)$`, 'iu')

/** Takes date, parent and category off the end of the words, in whatever order they stand; what is left is the title. */
function toCreate(
  kind: PlannerKind,
  words: string,
  quotes: readonly string[],
  day: string | null,
  owner: string | null = null,
): Intent {
  let text = words.trim().replace(inBrackets, ' due $1')
  let date = day
  let parent = owner
  let category: string | null = null
  for (let tries = 0; tries < 3; tries += 1) {
    const dated = date === null ? splitDate(text) : null
    if (dated) {
      text = dated.rest
      date = dated.date
    }
    const owned = parent === null && kind !== 'goal' ? parentOf[kind].exec(text)?.groups : undefined
    if (owned) {
      parent = readNamedTitle(owned['parent'] ?? '', quotes)
      if (parent === null) return unclear(kind)
      text = owned['rest'] ?? ''
    }
    const grouped = category === null && kind === 'task' ? categoryOf.exec(text)?.groups : undefined
    if (grouped) {
      category = readNewTitle(grouped['category'] ?? '', quotes)
      text = grouped['rest'] ?? ''
    }
  }
  const title = readNewTitle(text, quotes)
  return title === null ? unclear(kind) : { type: 'create', kind, title, date, category, parent }
}

const examples = {
  task: "add a task 'Buy milk' by Friday",
  milestone: "create milestone 'First draft' target 2027-03-31",
  goal: "create a goal 'Write a book'",
}

function askForTitle(kind: PlannerKind): Intent {
  return { type: 'ask', text: `What should the ${kind} be called? Say for example: **${examples[kind]}**.` }
}

function unclear(kind: PlannerKind): Intent {
  return {
    type: 'ask',
    text: `I am not sure which words are the title of the ${kind}, so I did nothing. Put it in quotes, please: **${examples[kind]}**.`,
  }
}
