import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { mayHavePasskeys } from '../passkeys/passkey-plugins.ts'
import type { EntryDeps } from './entry-deps.ts'
import { createInviteEndpoints } from './invite-endpoints.ts'
import { createRecoveryEndpoints } from './recovery-endpoints.ts'
import { createRequestResetEndpoint } from './request-reset-endpoint.ts'
import { createResetEndpoint } from './reset-endpoint.ts'
import { createSetUpEndpoint } from './set-up-endpoint.ts'

/**
 * The ways in besides better-auth's own, all under `/api/auth`. Also `GET /options`, for everybody: what this server offers to somebody
 * who is not signed in.
 */
export function createEntryPlugin(deps: EntryDeps) {
  const oidc = deps.oidcProviders.map(({ id, name }) => ({ id, name }))
  const passkeys = mayHavePasskeys(deps.publicOrigin)
  return {
    id: 'entry',
    endpoints: {
      getOptions: createAuthEndpoint('/options', { method: 'GET', metadata: { noStore: true } }, async (ctx) =>
        ctx.json({ ...(await deps.rules.readOptions()), oidc, passkeys, mail: deps.mailer !== null }),
      ),
      setUp: createSetUpEndpoint(deps),
      ...createInviteEndpoints(deps),
      resetPassword: createResetEndpoint(deps),
      requestReset: createRequestResetEndpoint(deps),
      ...createRecoveryEndpoints(deps),
    },
  } satisfies BetterAuthPlugin
}
