import { createHash } from 'node:crypto'
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/client'
import { z } from 'zod'
import type { ToolForm } from '@holdfast/shared'

/** More questions than this in one round are not put to a person. */
const maxQuestions = 16
const maxMessageLength = 4_000
const maxSchemaLength = 32_000

/** The longest address that every browser opens. */
const maxUrlLength = 2_000

/** Nothing has to be filled in where an address is to be opened. */
const emptySchema = { type: 'object', properties: {}, additionalProperties: false }

const formSchema = z.object({
  mode: z.literal('form').optional(),
  message: z.string(),
  requestedSchema: z.looseObject({ type: z.literal('object') }),
})
const addressSchema = z.object({
  mode: z.literal('url'),
  message: z.string(),
  // Another scheme could run something on the person's device.
  url: z.url({ protocol: /^https?$/u }).max(maxUrlLength),
})
const questionSchema = z.union([addressSchema, formSchema])
const requestSchema = z.object({ method: z.literal('elicitation/create'), params: questionSchema })
const requiredSchema = z.object({
  elicitations: z
    .array(addressSchema.extend({ elicitationId: z.string().min(1).max(500) }))
    .min(1)
    .max(maxQuestions),
})

/**
 * The questions of a tool, by the server's keys. Null: among them is a request that this program does not serve (a model, a list of
 * files), or more than a person would answer.
 */
export function requestsToForms(requests: unknown): Readonly<Record<string, ToolForm>> | null {
  const parsed = z.record(z.string(), requestSchema).safeParse(requests ?? {})
  if (!parsed.success || Object.keys(parsed.data).length > maxQuestions) return null
  const forms = Object.entries(parsed.data).map(([key, { params }]) => [key, questionToForm(params)] as const)
  if (forms.some(([, form]) => JSON.stringify(form.schema).length > maxSchemaLength)) return null
  return Object.fromEntries(forms)
}

/** One question in the words of the older protocol. Null if it is none that a person can answer here. */
export function paramsToForm(params: unknown): ToolForm | null {
  const parsed = questionSchema.safeParse(params)
  return parsed.success ? questionToForm(parsed.data) : null
}

/**
 * The addresses that have to be opened before a server makes a call, by keys that begin with `addressKey`: error -32042 of the older
 * protocol. Null for any other error.
 */
export function errorToForms(error: unknown): Readonly<Record<string, ToolForm>> | null {
  if (!(error instanceof ProtocolError) || error.code !== ProtocolErrorCode.UrlElicitationRequired) return null
  const parsed = requiredSchema.safeParse(error.data)
  if (!parsed.success) return null
  return Object.fromEntries(
    parsed.data.elicitations.map((question) => [addressKey + question.elicitationId, questionToForm(question)]),
  )
}

export const addressKey = 'url:'

/** A question as people get it. The text is the server's own, cut to 4,000 characters. */
function questionToForm(question: z.infer<typeof questionSchema>): ToolForm {
  const message = question.message.slice(0, maxMessageLength).toWellFormed()
  return 'url' in question ? { message, schema: emptySchema, url: question.url } : { message, schema: question.requestedSchema }
}

/** The same for the same question, also in another process. */
export function formToKey(form: ToolForm): string {
  return createHash('sha256')
    .update(JSON.stringify([form.message, form.schema, ...(form.url === undefined ? [] : [form.url])]))
    .digest('hex')
}
