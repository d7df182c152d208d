import { noLimits, type ServerSettings } from '@holdfast/shared'

/** The settings of a server whose administrator has set nothing. */
export function createDefaultSettings(options: {
  /** Only people at this machine reach the server: what is comfortable for them is safe. */
  readonly isForThisMachine: boolean
  readonly messagesPerMinute: number
}): ServerSettings {
  const { isForThisMachine, messagesPerMinute } = options
  return {
    signUp: isForThisMachine ? 'open' : 'invite',
    guests: isForThisMachine,
    ownKeys: false,
    defaults: { model: null, instructions: '', tools: null },
    limits: {
      server: noLimits,
      admin: { ...noLimits, messagesPerMinute },
      member: { ...noLimits, messagesPerMinute },
      guest: { ...noLimits, messagesPerMinute },
    },
    retention: { trash: null, audit: null, unusedFiles: null },
  }
}
