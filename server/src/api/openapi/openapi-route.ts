import type { RequestHandler } from 'express'

/** `GET /openapi.json`: what the API is, for everybody. It is made when somebody asks for the first time. */
export function createOpenapiRoute(): RequestHandler {
  let document: Promise<string> | null = null
  return async (_request, response) => {
    document ??= import('./create-openapi-document.ts').then(async (made) => JSON.stringify(await made.createOpenapiDocument()))
    response.type('application/json').setHeader('cache-control', 'no-cache')
    response.send(await document)
  }
}
