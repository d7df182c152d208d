import type { Config } from '../config/config.ts'
import type { Logger } from '../platform/logger.ts'
import type { Mailer } from '../platform/mailer.ts'
import { noTraces, type Traces } from '../platform/traces.ts'

/** The library for mail is loaded only where there is a server for it. */
export async function openMailer(mail: NonNullable<Config['mail']>, logger: Logger): Promise<Mailer> {
  const { createMailer } = await import('../platform/mailer.ts')
  return createMailer({ ...mail, logger })
}

/** OpenTelemetry is loaded only where it is used. */
export async function createTraces(config: Config, nodeId: string, logger: Logger): Promise<Traces> {
  if (config.tracesEndpoint === null) return noTraces
  const { openTraces } = await import('../platform/open-traces.ts')
  return openTraces({ endpoint: config.tracesEndpoint, nodeId, logger })
}
