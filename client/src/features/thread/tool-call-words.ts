import type { ToolCallPart } from '@holdfast/shared'
import type { Text } from '../../i18n/use-text.ts'

const ownTools = [
  'add_task',
  'list_tasks',
  'complete_task',
  'update_task',
  'delete_task',
  'create_goal',
  'list_goals',
  'update_goal',
  'create_milestone',
  'list_milestones',
  'update_milestone',
  'complete_milestone',
] as const
type OwnTool = (typeof ownTools)[number]

export interface ToolCallWords {
  /** What is done, or was: "Add task", "Added task". */
  readonly action: string
  /** What it is done to, as far as the call says. */
  readonly subject: string | null
  /** The other server whose tool it is. */
  readonly server: string | null
}

/** A tool call in words that a person uses. */
export function toolCallToWords(call: ToolCallPart, text: Text): ToolCallWords {
  const { name } = call
  // Of what was not done nobody has said more than the question did.
  if (call.state === 'denied' && call.question !== undefined) return { action: call.question, subject: null, server: null }
  if (isOwnTool(name)) {
    return {
      action: text(`tool.${name}.${call.state === 'done' ? 'done' : 'to-do'}`),
      subject: toSubject(call, text),
      server: null,
    }
  }
  const [, server = null, tool = name] = /^mcp__(.+?)__(.+)$/u.exec(name) ?? []
  return { action: nameToWords(tool), subject: toSubject(call, text), server }
}

/** As far as its name says, the tool takes something away: the buttons of its question can say so. */
export function isDeleting(name: string): boolean {
  return /(?:^|_)(?:delete|remove|erase|drop)(?:_|$)/iu.test(name)
}

/** `create_issue` and `createIssue` are "Create issue". */
function nameToWords(name: string): string {
  const words = name
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])/gu, ' ')
    .replaceAll(/[_\-.\s]+/gu, ' ')
    .trim()
    .toLowerCase()
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1)
}

function toSubject({ args, result, state }: ToolCallPart, text: Text): string | null {
  if (state === 'done' && Array.isArray(result)) return text('tool.found', { count: result.length })
  for (const value of [result, args]) {
    if (typeof value !== 'object' || value === null) continue
    const fields: Readonly<Record<string, unknown>> = { ...value }
    for (const key of ['title', 'name', 'query']) {
      const field = fields[key]
      if (typeof field === 'string' && field.trim() !== '') return field
    }
  }
  return null
}

function isOwnTool(name: string): name is OwnTool {
  return ownTools.some((own) => own === name)
}
