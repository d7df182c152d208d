import type { Auth } from './auth/auth.ts'
import type { Bus } from './bus/bus.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import type { Logger } from './logger.ts'
import type { ModelProvider } from './models/model.ts'

/** Everything that a feature may use, built once in `app.ts`. A function names only the parts that it needs. */
export interface Deps {
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
  readonly database: Database
  readonly bus: Bus
  readonly auth: Auth
  readonly models: ModelProvider
}
