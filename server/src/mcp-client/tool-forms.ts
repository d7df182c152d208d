import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ToolForm } from '@holdfast/shared'

/** More questions than this in one round are not put to a person. */
const maxQuestions = 16
const maxMessageLength = 4_000
const maxSchemaLength = 32_000

const formRequestSchema = z.object({
  method: z.literal('elicitation/create'),
  params: z.object({
    mode: z.literal('form').optional(),
    message: z.string(),
    requestedSchema: z.looseObject({ type: z.literal('object') }),
  }),
})

/**
 * The questions of a tool, by the server's keys. Null: among them is a request that this program does not serve (a model, a list of
 * files, a web address), or more than a person would answer.
 */
export function requestsToForms(requests: unknown): Readonly<Record<string, ToolForm>> | null {
  const parsed = z.record(z.string(), formRequestSchema).safeParse(requests ?? {})
  if (!parsed.success || Object.keys(parsed.data).length > maxQuestions) return null
  const forms = Object.entries(parsed.data).map(([key, { params }]) => [key, paramsToForm(params)] as const)
  if (forms.some(([, form]) => JSON.stringify(form.schema).length > maxSchemaLength)) return null
  return Object.fromEntries(forms)
}

/** A question as people get it. The text is the server's own, cut to 4,000 characters. */
export function paramsToForm({ message, requestedSchema }: { message: string; requestedSchema: object }): ToolForm {
  return { message: message.slice(0, maxMessageLength).toWellFormed(), schema: requestedSchema }
}

/** The same for the same question, also in another process. */
export function formToKey(form: ToolForm): string {
  return createHash('sha256')
    .update(JSON.stringify([form.message, form.schema]))
    .digest('hex')
}
