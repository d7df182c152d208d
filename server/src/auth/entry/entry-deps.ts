import type { Bus } from '../../platform/bus/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Queries } from '../../platform/database/database.ts'
import type { EntryRules } from './entry-rules.ts'
import type { SetUp } from './set-up.ts'

export interface EntryDeps {
  readonly queries: Queries
  readonly bus: Bus
  readonly clock: Clock
  readonly rules: EntryRules
  readonly setUp: SetUp
}
