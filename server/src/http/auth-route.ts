import express, { Router, type RequestHandler } from 'express'
import type { Auth } from '../auth/auth.ts'
import { refuse } from './http-error.ts'

const maxBodySize = '16kb'

/** The paths that the page and scripts use. better-auth serves thirty more, which are not exposed. */
export const authPaths: ReadonlyMap<string, 'GET' | 'POST'> = new Map([
  ['/sign-in/anonymous', 'POST'],
  ['/sign-in/email', 'POST'],
  ['/sign-up/email', 'POST'],
  ['/sign-in/social', 'POST'],
  ['/link-social', 'POST'],
  ['/unlink-account', 'POST'],
  ['/list-accounts', 'GET'],
  ['/two-factor/enable', 'POST'],
  ['/two-factor/disable', 'POST'],
  ['/two-factor/generate-backup-codes', 'POST'],
  ['/two-factor/verify-totp', 'POST'],
  ['/two-factor/verify-backup-code', 'POST'],
  ['/passkey/generate-register-options', 'GET'],
  ['/passkey/verify-registration', 'POST'],
  ['/passkey/list-user-passkeys', 'GET'],
  ['/passkey/delete-passkey', 'POST'],
  ['/passkey/generate-authenticate-options', 'GET'],
  ['/passkey/verify-authentication', 'POST'],
  ['/sign-out', 'POST'],
  ['/guest/upgrade', 'POST'],
  ['/guest/code', 'POST'],
  ['/guest/recover', 'POST'],
  ['/options', 'GET'],
  ['/setup', 'POST'],
  ['/invite/look', 'POST'],
  ['/invite/accept', 'POST'],
  ['/reset', 'POST'],
  ['/reset/request', 'POST'],
  ['/change-password', 'POST'],
  ['/update-user', 'POST'],
  ['/revoke-other-sessions', 'POST'],
  ['/token', 'GET'],
  ['/get-session', 'GET'],
  ['/jwks', 'GET'],
])

/** `/api/auth/*`: known paths, JSON bodies of at most 16 kB, then better-auth. */
export function createAuthRoute(auth: Auth, publicOrigin: string): Router {
  return Router({ caseSensitive: true, strict: true })
    .use(createPathCheck(auth))
    .use(express.text({ type: () => true, limit: maxBodySize, inflate: false }))
    .use(checkJson)
    .use((request, response) => {
      // better-auth refuses a cookie without an origin. Scripts send none, and the origin guard has seen to browsers.
      request.headers.origin ??= publicOrigin
      delete request.headers.referer
      auth.handler(request, response)
    })
}

function createPathCheck({ providerIds }: Pick<Auth, 'providerIds'>): RequestHandler {
  const callbacks = new Set(providerIds.map((id) => `/callback/${id}`))
  return (request, response, next) => {
    const method = callbacks.has(request.path) ? 'GET' : authPaths.get(request.path)
    if (method === undefined) refuse(response, 404)
    else if (method !== request.method) {
      response.setHeader('allow', method)
      refuse(response, 405)
    } else next()
  }
}

/** A form of another site can send any type of body but this. No body needs no type. */
const checkJson: RequestHandler = (request, response, next) => {
  if (request.body === '') request.body = undefined
  if (request.body === undefined || request.is('application/json')) next()
  else refuse(response, 415)
}
