import { readFileSync } from 'node:fs'
import { errorCodes, errorReasonSchema, eventSchema } from '@holdfast/shared'
import { namedShapes, zodToJsonSchema } from '../src/api/openapi/json-schema.ts'
import { codeNotes, eventNotes, reasonNotes } from './contract-notes.ts'
import { readProcedures, type DocumentedProcedure } from '../src/api/openapi/read-procedures.ts'
import { schemaToShape } from './schema-to-shape.ts'

const introduction = readFileSync(new URL('introduction.md', import.meta.url), 'utf8').trimEnd()

/** The whole of `docs/API.md`. @throws Error that names a procedure without a description, or an event or error without a note */
export function createApiReference(): string {
  const events = eventShapes()
  return `${[
    introduction,
    '## Procedures',
    ...readProcedures().map(procedureToSection),
    '## Shapes',
    code(
      namedShapes().flatMap(([name, schema]) =>
        name === 'ConversationEvent' ? [] : [`${name} = ${schemaToShape(schema)}`.replace('= \n', '=\n')],
      ),
    ),
    '## Events',
    "The entries of a conversation's log, which `conversations.follow` yields, as `EventRecord { seq, at, event }`. `seq` counts from 1 without gaps; the cursor is the last one applied. A reader skips unknown types, and its cursor still advances.",
    ...events.map(({ type, shape }) => `### ${type}\n\n${noteOf(eventNotes, 'event', type)}\n\n${code([shape])}`),
    '## Errors',
    'Over HTTP an error answers with the HTTP status of its code and `{ "error": { "message", "code", "data": { "code", "httpStatus", "path", … } } }`. In a stream of server-sent events it comes as `event: serialized-error` with status 200. The message is for people and never contains internals.',
    // The last one is tRPC's own, for a caller that is wrong about the kind of a procedure.
    table('code', [...errorCodes, 'METHOD_NOT_SUPPORTED'], codeNotes),
    '`data.reason` names the errors that a client reacts to:',
    table('reason', errorReasonSchema.options, reasonNotes),
  ].join('\n\n')}\n`
}

function procedureToSection({ path, type, description, yields, input, output }: DocumentedProcedure): string {
  const given = input === null ? '(no input)' : schemaToShape(zodToJsonSchema(input, 'input'))
  const answer = output === null ? yields : schemaToShape(zodToJsonSchema(output, 'output'))
  return `### ${path}\n\n*${type}*. ${description}\n\n${code([given, `→ ${answer}`])}`
}

function eventShapes(): { type: string; shape: string }[] {
  const { $defs, $ref, ...inline } = zodToJsonSchema(eventSchema, 'output')
  const union = $ref === undefined ? inline : ($defs?.[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {})
  return (union.oneOf ?? union.anyOf ?? [])
    .map((schema) => ({ type: String(schema.properties?.['type']?.const), shape: schemaToShape(schema) }))
    .toSorted((a, b) => (a.type < b.type ? -1 : 1))
}

function code(lines: readonly string[]): string {
  return ['```ts', ...lines, '```'].join('\n')
}

function table(title: string, names: readonly string[], notes: Readonly<Record<string, string>>): string {
  const rows = names.map((name) => `| \`${name}\` | ${noteOf(notes, title, name)} |`)
  return [`| ${title} | |`, '| --- | --- |', ...rows].join('\n')
}

function noteOf(notes: Readonly<Record<string, string>>, kind: string, name: string): string {
  const note = notes[name]
  if (note === undefined)
    throw new Error(`The ${kind} ${name} has no note: add a sentence to server/docs-generator/contract-notes.ts`)
  return note
}
