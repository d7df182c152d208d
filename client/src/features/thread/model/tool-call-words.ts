import { plannerToolNames, type PlannerToolName, type ToolCallPart } from '@holdfast/shared'
import type { Text } from '../../../i18n/use-text.ts'

export interface ToolCallWords {
  /** The action, in the present or the past: "Add task", "Added task". */
  readonly action: string
  /** The object of the action, as far as the call names it. */
  readonly subject: string | null
  /** The other server whose tool it is. */
  readonly server: string | null
}

/** A tool call in words that a person uses. */
export function toolCallToWords(call: ToolCallPart, text: Text): ToolCallWords {
  const { name } = call
  // A denied call has no result: the question is the best description of it.
  if (call.state === 'denied' && call.question !== undefined) return { action: call.question, subject: null, server: null }
  if (isPlannerTool(name)) {
    return {
      action: text(`tool.${name}.${call.state === 'done' ? 'done' : 'action'}`),
      subject: toSubject(call, text),
      server: null,
    }
  }
  const [, server = null, tool = name] = /^mcp__(.+?)__(.+)$/u.exec(name) ?? []
  return { action: nameToWords(tool), subject: toSubject(call, text), server }
}

/** Whether the tool is destructive according to its name, so that the approval buttons can say so. */
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

function toSubject({ args, changedArgs = args, result, state }: ToolCallPart, text: Text): string | null {
  if (state === 'done' && Array.isArray(result)) return text('tool.found', { count: result.length })
  for (const value of [result, changedArgs]) {
    if (typeof value !== 'object' || value === null) continue
    const fields: Readonly<Record<string, unknown>> = { ...value }
    for (const key of ['title', 'name', 'query']) {
      const field = fields[key]
      if (typeof field === 'string' && field.trim() !== '') return field
    }
  }
  return null
}

function isPlannerTool(name: string): name is PlannerToolName {
  return plannerToolNames.some((own) => own === name)
}
