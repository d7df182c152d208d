import { randomUUID } from 'node:crypto'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readProcedures } from '../src/api/openapi/read-procedures.ts'
import { createTestApp, type TestApp, type TestUser } from '../testing/create-test-app.ts'
import { everyProcedure } from './every-procedure.ts'

interface Operation {
  readonly security?: readonly unknown[]
  readonly parameters?: readonly { readonly content: Content; readonly required: boolean }[]
  readonly requestBody?: { readonly content: Content; readonly required: boolean }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
type Content = Readonly<Record<string, { readonly schema: object }>>

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, { readonly get?: Operation; readonly post?: Operation }>>
  readonly components: Readonly<Record<string, object>>
}

let app: TestApp
let user: TestUser
let document: Document

beforeAll(async () => {
  app = await createTestApp()
  user = await app.createUser()
  document = (await (await fetch(`${app.url}/openapi.json`)).json()) as Document
})
afterAll(() => app[Symbol.asyncDispose]())

/** A check of a value by a schema of the document, whose references lead into the document. */
function accepts(schema: object, value: unknown): string | null {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const check = ajv.compile({ ...schema, components: document.components })
  return check(value) ? null : ajv.errorsText(check.errors)
}

test('/openapi.json is a valid document of OpenAPI 3.1', async () => {
  const response = await fetch(`${app.url}/openapi.json`)
  expect(response.headers.get('content-type')).toContain('application/json')
  expect(await new Validator().validate(JSON.parse(await response.text()))).toEqual({ valid: true })
  expect(document.openapi).toBe('3.1.0')
  // Positive control: the validator finds what is wrong.
  expect(
    await new Validator().validate({ ...structuredClone(document), paths: { '/a': { get: { responses: 1 } } } }),
  ).toMatchObject({
    valid: false,
  })
})

test('every reference leads to a shape', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/gu)]
  expect(references.length).toBeGreaterThan(100)
  expect(references.filter(([, kind = '', name = '']) => !(name in (document.components[kind] ?? {})))).toEqual([])
  expect(JSON.stringify(document)).not.toContain('$defs')
})

test('every procedure is there with its kind, and those that need no token say so', () => {
  for (const { path, type } of readProcedures()) {
    const item = document.paths[`/trpc/${path}`]
    expect(Object.keys(item ?? {}), path).toEqual([type === 'mutation' ? 'post' : 'get'])
    const isPublic = (item?.get ?? item?.post)?.security?.length === 0
    expect(isPublic, path).toBe(everyProcedure[path]?.isPublic === true)
  }
})

interface Call {
  readonly path: string
  readonly input?: unknown
  readonly status?: number
  readonly token?: null
}

/** Calls a procedure as the document says, by plain fetch. */
async function call({ path, input, token }: Call) {
  const { get, post } = document.paths[`/trpc/${path}`] ?? {}
  const url = new URL(`/trpc/${path}`, app.url)
  if (get && input !== undefined) url.searchParams.set('input', JSON.stringify(input))
  const response = await fetch(url, {
    method: post ? 'POST' : 'GET',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${user.token}` }),
      ...(post && input !== undefined ? { 'content-type': 'application/json' } : {}),
    },
    ...(post && input !== undefined ? { body: JSON.stringify(input) } : {}),
  })
  return { operation: get ?? post, status: response.status, body: (await response.json()) as { result?: { data?: unknown } } }
}

const conversationId = randomUUID()
const calls: readonly Call[] = [
  { path: 'system.info' },
  { path: 'conversations.create', input: { conversationId, title: 'A title' } },
  { path: 'messages.complete', input: { requestId: randomUUID(), conversationId, content: 'say Hello' } },
  { path: 'conversations.get', input: { conversationId } },
  { path: 'conversations.list', input: {} },
  { path: 'conversations.list' },
  { path: 'messages.list', input: { conversationId, limit: 1 } },
  { path: 'models.list' },
  { path: 'tasks.add', input: { title: 'A task', dueDate: '2026-11-30' } },
  { path: 'tasks.list', input: { status: 'pending' } },
  { path: 'webhooks.create', input: { url: 'http://hooks.example:1/' } },
  { path: 'webhooks.list' },
  { path: 'conversations.get', input: { conversationId: randomUUID() }, status: 404 },
  { path: 'conversations.get', input: { conversationId: 1 }, status: 400 },
  { path: 'tasks.add', input: { title: '', unknown: true }, status: 400 },
  { path: 'conversations.list', input: {}, token: null, status: 401 },
  { path: 'admin.users.revokeSessions', input: { userId: randomUUID() }, status: 404 },
]

for (const [index, { status = 200, ...asked }] of calls.entries()) {
  test(`call ${index + 1}, ${asked.path}, answers ${status} as it is described`, async () => {
    const { operation, body, ...got } = await call(asked)
    expect(got.status).toBe(status)
    if (status === 200) {
      expect(accepts(operation?.responses['200']?.content?.['application/json']?.schema ?? {}, body)).toBeNull()
      const given = operation?.parameters?.[0] ?? operation?.requestBody
      if (asked.input !== undefined) expect(accepts(given?.content['application/json']?.schema ?? {}, asked.input)).toBeNull()
      else expect(given?.required ?? false).toBe(false)
    } else {
      expect(operation?.responses['4XX']).toEqual({ $ref: '#/components/responses/Error' })
      expect(accepts({ $ref: '#/components/schemas/Error' }, body)).toBeNull()
    }
    // Positive control: a shape refuses something else.
    expect(accepts({ $ref: '#/components/schemas/Error' }, { result: 1 })).not.toBeNull()
  })
}
