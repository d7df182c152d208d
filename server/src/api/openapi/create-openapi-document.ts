import { setImmediate as afterOthers } from 'node:timers/promises'
import { errorCodes, errorReasonSchema } from '@holdfast/shared'
import { version } from '../../platform/version.ts'
import { zodToJsonSchema, type JsonSchema } from './json-schema.ts'
import { readProcedures, type DocumentedProcedure } from './read-procedures.ts'

interface OpenapiDocument {
  readonly openapi: '3.1.0'
  readonly paths: Readonly<Record<string, unknown>>
  readonly [field: string]: unknown
}

/**
 * Every procedure as OpenAPI 3.1, as tRPC's protocol has it over HTTP: a query is a GET with its input as JSON in the address, a mutation a
 * POST, and results and errors are in tRPC's envelopes. It takes a second of work, between which others have their turns.
 */
export async function createOpenapiDocument(): Promise<OpenapiDocument> {
  const shapes = new Map<string, JsonSchema>()
  const paths: Record<string, unknown> = {}
  for (const procedure of readProcedures()) {
    const [path, item] = toPath(procedure, shapes)
    paths[path] = item
    await afterOthers()
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Holdfast', version, description: about, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '.', description: 'This server, which may be below a path' }],
    security: [{ bearer: [] }],
    paths: { ...authPaths, ...paths },
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A JWT of GET /api/auth/token, or a personal access token (pat_…) of scope api.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'holdfast.session_token',
          description:
            'The session of a browser, for /api/auth alone. Over https its name begins with __Host-. Of a server below a path it contains that: holdfast.chat.session_token.',
        },
      },
      responses: {
        Error: {
          description: 'The HTTP status is that of the code. The message is for people and never contains internals.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
      schemas: Object.fromEntries([['Error', errorSchema], ...[...shapes].toSorted(([a], [b]) => (a < b ? -1 : 1))]),
    },
  }
}

const about = `The procedures of Holdfast over HTTP, in tRPC's own envelopes: a result is { "result": { "data": … } }, an error { "error": { "message", "code", "data" } }.
A query is a GET with its input as JSON in the parameter \`input\`, percent-encoded; a mutation is a POST with its input as the JSON body. Subscriptions are server-sent
events, and also run over WebSocket at /trpc. Shapes, events and rules in words: docs/API.md and docs/PROTOCOL.md.`

const errors = { '4XX': { $ref: '#/components/responses/Error' }, '5XX': { $ref: '#/components/responses/Error' } }

function toPath(procedure: DocumentedProcedure, shapes: Map<string, JsonSchema>): [path: string, item: unknown] {
  const { path, type, description, input, isPublic } = procedure
  const operation = {
    operationId: path.replaceAll(/\.(\w)/gu, (_, letter: string) => letter.toUpperCase()),
    tags: [path.slice(0, path.lastIndexOf('.'))],
    description,
    ...(isPublic ? { security: [] } : {}),
    responses: { '200': toResponse(procedure, shapes), ...errors },
  }
  const required = input !== null && !input.safeParse(undefined).success
  const schema = input === null ? null : share(zodToJsonSchema(input, 'input'), 'input', shapes)
  if (type === 'mutation') {
    const body = schema === null ? {} : { requestBody: { required, content: { 'application/json': { schema } } } }
    return [`/trpc/${path}`, { post: { ...operation, ...body } }]
  }
  const parameter = schema && { name: 'input', in: 'query', required, content: { 'application/json': { schema } } }
  return [`/trpc/${path}`, { get: { ...operation, ...(parameter ? { parameters: [parameter] } : {}) } }]
}

function toResponse({ type, output, yields }: DocumentedProcedure, shapes: Map<string, JsonSchema>): unknown {
  if (type === 'subscription') {
    const description = `Server-sent events, each with an id to resume after it. ${yields ?? ''}`.trim()
    return { description, content: { 'text/event-stream': { schema: { type: 'string' } } } }
  }
  const data = output === null ? {} : share(zodToJsonSchema(output, 'output'), 'output', shapes)
  return {
    description: 'The result.',
    content: { 'application/json': { schema: toObject({ result: toObject({ data }) }) } },
  }
}

function toObject(properties: Readonly<Record<string, unknown>>, optional: readonly string[] = []): Record<string, unknown> {
  return { type: 'object', properties, required: Object.keys(properties).filter((name) => !optional.includes(name)) }
}

const errorSchema = toObject({
  error: toObject({
    message: { type: 'string' },
    code: { type: 'integer', description: 'The number of JSON-RPC for the code.' },
    data: toObject(
      {
        code: { type: 'string', examples: [...errorCodes] },
        httpStatus: { type: 'integer' },
        path: { type: 'string' },
        reason: { enum: errorReasonSchema.options },
        issues: {
          type: 'array',
          items: toObject({ path: { type: 'string' }, message: { type: 'string' } }),
        },
        retryAfterMs: { type: ['number', 'null'] },
      },
      ['path', 'reason', 'issues', 'retryAfterMs'],
    ),
  }),
}) as JsonSchema

/** How a program gets its token: the session of a guest, then a JWT. */
const authPaths = {
  '/api/auth/sign-in/anonymous': {
    post: {
      operationId: 'signInAnonymous',
      tags: ['auth'],
      description: 'Makes a guest, where the server lets guests in, and sets the cookie of their session.',
      security: [],
      responses: { '200': { description: 'The cookie is set.' }, '4XX': { description: 'Guests are not let in.' } },
    },
  },
  '/api/auth/token': {
    get: {
      operationId: 'getToken',
      tags: ['auth'],
      description: 'A JWT for the session of the cookie. It expires after minutes.',
      security: [{ session: [] }],
      responses: {
        '200': {
          description: 'The token.',
          content: { 'application/json': { schema: toObject({ token: { type: 'string' } }) } },
        },
        '401': { description: 'There is no session.' },
      },
    },
  },
}

/**
 * Moves the named shapes of a schema to those of the document. As a part of an input a shape is named `…Input`: what may be left out of an
 * input is always in an output.
 */
function share(schema: JsonSchema, io: 'input' | 'output', shapes: Map<string, JsonSchema>): JsonSchema {
  const { $defs = {}, ...rest } = schema
  const names = new Map(Object.keys($defs).map((name) => [name, io === 'input' ? `${name}Input` : name]))
  const move = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(move)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
        if (key === '$schema' || key === 'id') return typeof member === 'string' ? [] : [[key, move(member)]]
        if (key === '$ref' && typeof member === 'string') {
          const name = member.slice(member.lastIndexOf('/') + 1)
          return [[key, `#/components/schemas/${names.get(name) ?? name}`]]
        }
        // Readers pass over fields that they do not know.
        if (key === 'additionalProperties' && member === false && io === 'output') return []
        return [[key, move(member)]]
      }),
    )
  }
  for (const [name, shape] of Object.entries($defs)) shapes.set(names.get(name) ?? name, move(shape) as JsonSchema)
  return move(rest) as JsonSchema
}
