import { noLimits, type ServerSettings } from '@holdfast/shared'

/** The settings of a server whose administrator has set nothing. */
export function createDefaultSettings(options: {
  /** Only people at this machine reach the server: what is comfortable for them is safe. */
  readonly isForThisMachine: boolean
  readonly messagesPerMinute: number
  /** Days; null keeps for ever. */
  readonly trashKeepDays?: number | null
  readonly filesKeepDays?: number | null
}): ServerSettings {
  const { isForThisMachine, messagesPerMinute, trashKeepDays = null, filesKeepDays = 7 } = options
  return {
    signUp: isForThisMachine ? 'open' : 'invite',
    guests: isForThisMachine,
    ownKeys: false,
    defaults: { model: null, instructions: '', tools: null, parameters: {} },
    fallbacks: {},
    limits: {
      server: noLimits,
      admin: { ...noLimits, messagesPerMinute },
      member: { ...noLimits, messagesPerMinute },
      guest: { ...noLimits, messagesPerMinute },
    },
    retention: { trash: trashKeepDays, audit: null, unusedFiles: filesKeepDays },
  }
}
