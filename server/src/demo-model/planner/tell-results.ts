import { isLike, readItems, type Found, type ListedItem } from './find-item.ts'
import type { Intent } from './intent.ts'
import { readError } from './tool-results.ts'

type Create = Extract<Intent, { type: 'create' }>
type Act = Extract<Intent, { type: 'act' }>
type List = Extract<Intent, { type: 'list' }>

/** Describes the outcome of a change. The text contains only what the tool has confirmed. */
export function tellDeed(intent: Create | Act, result: unknown): string {
  const error = readError(result)
  if (error !== null) return tellFailure(intent, error)
  const { title, due_date: dueDate, target_date: targetDate } = (result ?? {}) as Record<string, unknown>
  if (typeof title !== 'string')
    return `I cannot tell what became of ${bold(intent.title)}: the tool gave no clear answer. Look at the planner, please.`
  const date = dueDate ?? targetDate
  const when = typeof date === 'string' ? `, ${intent.kind === 'task' ? 'due' : 'for'} ${toLongDate(date)}` : ''
  if (intent.type === 'create') {
    const verb = intent.kind === 'task' ? 'Added' : 'Created'
    return `${verb} the ${intent.kind} ${bold(title)}${when}.`
  }
  return tellAct(intent, title, when)
}

function tellAct({ kind, action, title: named }: Act, title: string, when: string): string {
  switch (action.type) {
    case 'complete':
      return `Done: the ${kind} ${bold(title)} is ${kind === 'milestone' ? 'reached' : 'completed'}.`
    case 'reopen':
      return `The ${kind} ${bold(title)} is open again.`
    case 'abandon':
      return `The goal ${bold(title)} is marked as abandoned.`
    case 'delete':
      return `Deleted the task ${bold(title)}. You can undo that in the planner.`
    case 'rename':
      return `The ${kind} ${bold(named)} is now called ${bold(title)}.`
    case 'redate':
      return `Changed the ${kind} ${bold(title)}${when}.`
    case 'undate':
      return `The ${kind} ${bold(title)} has no date any more.`
    default:
      return action satisfies never
  }
}

function tellFailure(intent: Create | Act, error: string): string {
  const what = `the ${intent.kind} ${bold(intent.title)}`
  if (error.startsWith('not done:')) return `As you wish, I left ${what} as it is.`
  const reason = error
    .replace(/^invalid_arguments: /u, '')
    .replace(/: ask the user for the day and give it as YYYY-MM-DD\.$/u, '')
  const isDate = /(?:dueDate|targetDate):/u.test(reason)
  const why = reason.replaceAll(/\b(?:dueDate|targetDate): /gu, '')
  const did = intent.type === 'create' ? `I did not make ${what}` : `I did not change ${what}`
  return `${did}: ${why.replace(/\.?$/u, '.')}${isDate ? ' Give me a day such as **next Friday** or **2027-03-31**.' : ''}`
}

/** Why a deed was not tried. */
export function tellSearch(intent: Create | Act, found: Exclude<Found, { type: 'one' }>): string {
  const kind = intent.type === 'act' ? intent.kind : intent.kind === 'task' ? 'milestone' : 'goal'
  const title = intent.type === 'act' ? intent.title : (intent.parent ?? '')
  const nothing = intent.type === 'act' ? 'I changed nothing' : `I did not make the ${intent.kind} ${bold(intent.title)}`
  if (found.type === 'unreadable') return `${nothing}: I could not look through the ${kind}s. Try the planner, please.`
  if (found.type === 'none') {
    const open = intent.type === 'act' && intent.action.type === 'complete' && kind !== 'goal' ? 'open ' : ''
    return `${nothing}: there is no ${open}${kind} like ${bold(title)}. Ask me **what's left?** to see what there is.`
  }
  const items = found.items.slice(0, maxListed).map(toLine).join('\n')
  return `${nothing}: several ${kind}s fit ${bold(title)}. Which one do you mean? Tell me its whole title.\n\n${items}`
}

const maxListed = 50

/** A list with a mark for what is done. */
export function tellList({ kind, status, query }: List, result: unknown): string {
  const error = readError(result)
  const listed = readItems(result)
  if (error !== null || !listed)
    return `I could not read your ${kind}s${error === null ? '' : `: ${error}`}. Try the planner, please.`
  if (query !== null) return tellSearched(query, listed)
  const items = status === 'completed' ? listed : listed.toSorted((a, b) => Number(a.done) - Number(b.done))
  const state = status === 'all' ? '' : status === 'pending' ? 'open ' : `${status} `
  if (items.length === 0)
    return status === 'pending' && kind === 'task' ? 'Nothing is left to do.' : `You have no ${state}${kind}s.`
  const head = `You have ${items.length} ${state}${kind}${items.length === 1 ? '' : 's'}:`
  const more = items.length > maxListed ? `\n\nAnd ${items.length - maxListed} more: see the planner.` : ''
  return `${head}\n\n${items.slice(0, maxListed).map(toLine).join('\n')}${more}`
}

function tellSearched(query: string, listed: readonly ListedItem[]): string {
  const items = listed.filter((item) => isLike(item.title, query))
  if (items.length === 0) return `No, there is no task like ${bold(query)} on your list.`
  return `Yes:\n\n${items.slice(0, maxListed).map(toLine).join('\n')}`
}

function toLine({ title, done, date }: ListedItem): string {
  return `- [${done ? 'x' : ' '}] ${escape(title)}${date === null ? '' : ` (${date})`}`
}

function bold(title: string): string {
  return `**${escape(title)}**`
}

/** A title is text, whatever marks it holds. */
function escape(title: string): string {
  return title.replaceAll(/\s+/gu, ' ').replaceAll(/[\\`*_[\]<>~|#]/gu, '\\$&')
}

function toLongDate(date: string): string {
  const day = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(day.getTime())) return date
  const part = (options: Intl.DateTimeFormatOptions) => day.toLocaleDateString('en-GB', { ...options, timeZone: 'UTC' })
  return `${part({ weekday: 'long' })}, ${part({ day: 'numeric', month: 'long', year: 'numeric' })}`
}
