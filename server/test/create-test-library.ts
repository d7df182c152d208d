import { defaultAuthLimits } from '../src/auth/auth-limits.ts'
import { createBetterAuth, type BetterAuth, type BetterAuthDeps } from '../src/auth/better-auth.ts'
import { createSetUp } from '../src/auth/entry/set-up.ts'
import { createFailedSignIns } from '../src/auth/failed-sign-ins.ts'
import { createCurrentPerson } from '../src/auth/oidc/current-person.ts'
import { createPasswordHashing } from '../src/auth/password-hashing.ts'
import { testSecret, type AuthServer } from './create-auth-server.ts'

/** better-auth itself, on the database of a server that is there already. */
export function createTestLibrary(server: AuthServer, changes: Partial<BetterAuthDeps> = {}): BetterAuth {
  const { queries, clock, bus, logger, audit, origins } = server
  return createBetterAuth({
    queries,
    clock,
    bus,
    logger,
    audit,
    origins,
    limits: defaultAuthLimits,
    secret: testSecret,
    isForThisMachine: true,
    setUp: createSetUp({ queries, clock, isForThisMachine: true }),
    settings: { current: () => server.settings },
    passwords: createPasswordHashing(),
    failedSignIns: createFailedSignIns(10),
    oidcProviders: [],
    person: createCurrentPerson(),
    mailer: null,
    ...changes,
  })
}
