import type { Bus } from '../../platform/bus/bus.ts'
import type { Audit } from '../../audit/open-audit.ts'
import type { OidcProvider } from '../../config/oidc-providers.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Queries } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Mailer } from '../../platform/mailer.ts'
import type { EntryRules } from './entry-rules.ts'
import type { SetUp } from './set-up.ts'

export interface EntryDeps {
  readonly queries: Queries
  readonly bus: Bus
  readonly clock: Clock
  readonly rules: EntryRules
  readonly setUp: SetUp
  readonly audit: Pick<Audit, 'record'>
  readonly logger: Logger
  /** Null: the server sends no mails. */
  readonly mailer: Pick<Mailer, 'send'> | null
  readonly publicOrigin: string
  /** In front of every link. */
  readonly publicAddress: string
  readonly oidcProviders: readonly OidcProvider[]
}
