import type { RequestHandler } from 'express'

/** `GET /openapi.json`: what the API is, for everybody. It is made when somebody asks for the first time. */
export function createOpenapiRoute(): RequestHandler {
  let document: Promise<string> | null = null
  return async (_request, response) => {
    document ??= makeDocument()
    response.type('application/json').setHeader('cache-control', 'no-cache')
    try {
      response.send(await document)
    } catch (error) {
      // The next one who asks tries again.
      document = null
      throw error
    }
  }
}

async function makeDocument(): Promise<string> {
  const { createOpenapiDocument } = await import('./create-openapi-document.ts')
  return JSON.stringify(await createOpenapiDocument())
}
