import { isIP } from 'node:net'
import { passkey } from '@better-auth/passkey'
import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { z } from 'zod'

const registerPaths = new Set(['/passkey/generate-register-options', '/passkey/verify-registration'])
const maxPasskeys = 20
const name = z.string().trim().min(1).max(60)
const response = z.record(z.string(), z.unknown())
const bodies: Readonly<Record<string, z.ZodType>> = {
  // better-auth would also begin a session with the new key.
  '/passkey/verify-registration': z.strictObject({ response, name }),
  '/passkey/verify-authentication': z.strictObject({ response }),
  '/passkey/delete-passkey': z.strictObject({ id: z.uuid() }),
}

/** Whether browsers make passkeys for a site: it has a name, and they trust its connection. */
export function mayHavePasskeys(publicOrigin: string): boolean {
  const { protocol, hostname } = new URL(publicOrigin)
  const isAddress = isIP(hostname.replace(/^\[|\]$/gu, '')) !== 0
  return !isAddress && (protocol === 'https:' || hostname === 'localhost')
}

/**
 * Sign-in by a passkey instead of a password, by better-auth's plugin, all under `/api/auth/passkey`: with a session of the last day `GET
 * generate-register-options` and `POST verify-registration { response, name }` (at most 20 for a person), `GET list-user-passkeys`, `POST
 * delete-passkey { id }`; `GET generate-authenticate-options` and `POST verify-authentication { response }` sign in. The device has to
 * check who holds it, since no second step follows. None where browsers make no passkeys for the address of this server.
 */
export function createPasskeyPlugins({ publicOrigin }: { readonly publicOrigin: string }): BetterAuthPlugin[] {
  if (!mayHavePasskeys(publicOrigin)) return []
  return [
    passkey({
      rpID: new URL(publicOrigin).hostname,
      rpName: 'Holdfast',
      origin: publicOrigin,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      registration: {
        afterVerification: ({ verification }) => checkVerified(verification.registrationInfo?.userVerified),
      },
      authentication: {
        afterVerification: ({ verification }) => checkVerified(verification.authenticationInfo.userVerified),
      },
    }) as unknown as BetterAuthPlugin,
    {
      id: 'passkey-rules',
      hooks: {
        before: [
          {
            matcher: ({ path }) => path !== undefined && (Object.hasOwn(bodies, path) || registerPaths.has(path)),
            handler: createAuthMiddleware(async (ctx) => {
              const body = bodies[ctx.path]?.safeParse(ctx.body)
              if (body?.success === false) {
                const [issue] = body.error.issues
                throw new APIError('BAD_REQUEST', { message: `${issue?.path.join('.') || 'body'}: ${issue?.message}` })
              }
              if (!registerPaths.has(ctx.path)) return
              const session = await getSessionFromCtx(ctx)
              // better-auth refuses it with 401.
              if (!session) return
              if (session.user['isAnonymous'] === true) {
                throw new APIError('FORBIDDEN', {
                  code: 'GUEST_REFUSED',
                  message: 'A guest has no passkeys. Create an account first',
                })
              }
              const count = await ctx.context.adapter.count({
                model: 'passkey',
                where: [{ field: 'userId', value: session.user.id }],
              })
              if (count >= maxPasskeys) {
                throw new APIError('BAD_REQUEST', { message: `You have ${maxPasskeys} passkeys. Remove one first` })
              }
            }),
          },
        ],
      },
    },
  ]
}

async function checkVerified(isVerified: boolean | undefined): Promise<void> {
  if (isVerified === true) return
  const message = 'Your device did not check that it is you. Unlock it by its PIN, fingerprint or face'
  throw new APIError('UNAUTHORIZED', { code: 'USER_NOT_VERIFIED', message })
}
