import { dateWords, isDateWords } from './date-words.ts'
import type { Intent, ItemAction, PlannerKind } from './intent.ts'
import { listName } from './list-name.ts'
import { quotation } from './quotes.ts'
import { readNamedTitle, readNewTitle } from './titles.ts'

const kind = '(?<kind>task|to-?do|milestone|goal)'
const word =
  '(?:done|complete|completed|finished|reached|achieved|abandoned|open|pending|not done|undone|not complete|not completed|incomplete|unfinished|active)'
const doneWord = '(?:done|complete|completed|finished|not done|undone|not complete|not completed|incomplete|unfinished)'

/** "the task buy milk", "task 'Buy milk'", "the buy milk task". */
const item = String.raw`(?:(?:the |my )?${kind}(?: item)?(?: called| named| titled| about|:)?(?: to)? (?<title>.+?)|(?:the |my )(?<before>.+?) (?<kindAfter>task|to-?do|milestone|goal))`

const rules: readonly (readonly [RegExp, (groups: Groups) => ItemAction | null])[] = [
  [pattern(`mark (?:off )?(?:${item}|(?<plain>${quotation})) as (?<state>${word})`), toStateAction],
  [pattern(`mark (?:off )?(?<plain>.+?) as (?<state>${doneWord})`), toStateAction],
  [pattern(`mark ${item} (?<state>${word})`), toStateAction],
  [pattern(`mark (?<plain>${quotation}) (?<state>${word})`), toStateAction],
  [pattern(`set (?:the status of )?${item} (?:to|as) (?<state>${word})`), toStateAction],
  [pattern(`(?:complete|close|tick off|check off|cross off) ${item}`), () => ({ type: 'complete' })],
  // "Finish the report task" may as well ask for the report itself.
  [pattern(`finish (?:the |my )?${kind} (?<title>${quotation})`), () => ({ type: 'complete' })],
  [pattern(`(?:tick|check|cross) ${item} off(?: ${listName})?`), () => ({ type: 'complete' })],
  [pattern(`(?:tick|check|cross) (?:off )?(?<plain>.+?) (?:off|from|on|off from) ${listName}`), () => ({ type: 'complete' })],
  [pattern(`(?:the |my )?${kind} (?<title>${quotation}) is (?:now )?(?<state>${word})`), toStateAction],
  [
    pattern(`i(?:['’]ve| have)?(?: just| already)? (?:finished|completed|done|did) (?:the |my )?${kind} (?<title>${quotation})`),
    () => ({ type: 'complete' }),
  ],
  [
    pattern(`(?:i(?:['’]m| am) )?(?:done|finished) with (?:the |my )?${kind} (?<title>${quotation})`),
    () => ({ type: 'complete' }),
  ],
  [pattern(`(?:reopen|re-open|uncheck|untick) ${item}`), () => ({ type: 'reopen' })],
  [
    pattern(
      `(?:delete|remove|erase|discard|scrap|get rid of|drop) (?:the |its )?(?:due date|deadline|target date) (?:of|from|for) ${item}`,
    ),
    () => ({ type: 'undate' }),
  ],
  [
    pattern(`(?:delete|remove|erase|discard|scrap|get rid of|drop|trash|cancel) ${item}(?: from ${listName})?`),
    () => ({ type: 'delete' }),
  ],
  [pattern(`(?:delete|remove|erase|take) (?<plain>.+?) (?:from|off) ${listName}`), () => ({ type: 'delete' })],
  [
    pattern(`(?:rename|retitle|change the (?:title|name) of) ${item} (?:to|as|into) (?<to>${quotation}|.+)`),
    ({ to }) => ({ type: 'rename', to: to ?? '' }),
  ],
  [
    pattern(
      `(?:change|move|set|update|reschedule|shift) (?:the )?(?:due date|deadline|date|target date|target) (?:of|for) (?:${item}|(?<plain>${quotation})) to (?<date>${dateWords})`,
    ),
    toNewDate,
  ],
  [pattern(`(?:change|move|set|update|shift) (?:the )?due date (?:of|for) (?<plain>.+?) to (?<date>${dateWords})`), toNewDate],
  [
    pattern(
      `(?:move|postpone|reschedule|push|push back|shift|delay|defer|put off) ${item} (?:to|until|till|for) (?<date>${dateWords})`,
    ),
    toNewDate,
  ],
  [pattern(`(?:make|set) ${item}(?: as)? due (?:by |on )?(?<date>${dateWords})`), toNewDate],
]

type Groups = Readonly<Record<string, string | undefined>>

function pattern(source: string): RegExp {
  return new RegExp(`^${source}$`, 'iu')
}

function toStateAction({ state = '' }: Groups): ItemAction {
  if (/^(?:not|un|in|open|pending|active)/iu.test(state)) return { type: 'reopen' }
  return { type: /^abandoned$/iu.test(state) ? 'abandon' : 'complete' }
}

function toNewDate({ date = '' }: Groups): ItemAction | null {
  return isDateWords(date) ? { type: 'redate', to: date } : null
}

/** "Mark …" is the start of many sentences about a person of this name. */
const aboutSomebody =
  /^(?:twain|zuckerberg|was|is|has|had|will|would|can|says|said|thinks|thought|got|did|does|gave|left|came|comes|went|goes|struck|looks|looked|seems|seemed|described|describes|regards|regarded|sees|saw|considers|considered|treats|treated|views|viewed|reported|reports|counts|counted|listed|lists|marked|sent|wrote|called|told|asked|wants|wanted|needs|needed|likes|my|of|up|down)\b/iu

const bulk =
  /^(?:delete|remove|erase|clear|complete|finish|close|mark|tick|check|cross|drop|discard|reopen|trash|get rid of|move|postpone|reschedule|set)(?: off)? (?:(?:all|every|everything|each|both)\b.*\b(?:tasks?|to-?dos?|milestones?|goals?|list|done|completed?|finished)|(?:my|the)(?: [\w-]+)? (?:tasks|to-?dos|milestones|goals))(?: .*)?$/iu

const wholeList = new RegExp(
  String.raw`^(?:cancel|wipe|delete|remove|erase|clear|empty|reset)(?: out| off)?(?: all| everything| all of){0,2}(?: (?:the |my )?(?:items|things|tasks|entries|contents?))?(?: (?:on|in|from|of))? ${listName}$`,
  'iu',
)

/** Reads a change of something that exists. Null: none. */
export function readAct(text: string, quotes: readonly string[]): Intent | null {
  if (bulk.test(text) || wholeList.test(text)) {
    return {
      type: 'ask',
      text: 'I change one thing at a time, and only the one that you name. So I did nothing: tell me its title, please.',
    }
  }
  for (const [rule, toAction] of rules) {
    const groups = rule.exec(text)?.groups
    const intent = groups ? toIntent(groups, toAction(groups), quotes) : null
    if (intent) return intent
  }
  return null
}

function toIntent(groups: Groups, action: ItemAction | null, quotes: readonly string[]): Intent | null {
  const { plain } = groups
  if (plain !== undefined && aboutSomebody.test(plain)) return null
  const title = readNamedTitle(groups['title'] ?? groups['before'] ?? plain ?? '', quotes)
  if (title === null || action === null) return null
  const named = toKind(groups['kind'] ?? groups['kindAfter'])
  if (action.type === 'rename') {
    const to = readNewTitle(action.to, quotes)
    return to === null ? null : { type: 'act', kind: named, title, action: { type: 'rename', to } }
  }
  if (action.type === 'delete' && named !== 'task') {
    return {
      type: 'ask',
      text: `I can delete tasks, but no ${named}s. You can do that yourself in the planner, and undo it there.`,
    }
  }
  return { type: 'act', kind: named, title, action }
}

function toKind(noun: string | undefined): PlannerKind {
  if (/^milestone$/iu.test(noun ?? '')) return 'milestone'
  return /^goal$/iu.test(noun ?? '') ? 'goal' : 'task'
}
