import { AsyncLocalStorage } from 'node:async_hooks'
import type { OidcPerson } from './read-claims.ts'

interface Found {
  person: { readonly providerId: string; readonly claims: OidcPerson } | null
}

/** Whom a provider has authenticated in the request that is being answered. better-auth hands claims to no hook of a sign-in. */
export interface CurrentPerson {
  readonly run: <Result>(answer: () => Promise<Result>) => Promise<Result>
  readonly set: (providerId: string, claims: OidcPerson) => void
  readonly get: () => Found['person']
}

export function createCurrentPerson(): CurrentPerson {
  const storage = new AsyncLocalStorage<Found>()
  return {
    run: (answer) => storage.run({ person: null }, answer),
    set: (providerId, claims) => {
      const found = storage.getStore()
      if (found) found.person = { providerId, claims }
    },
    get: () => storage.getStore()?.person ?? null,
  }
}
