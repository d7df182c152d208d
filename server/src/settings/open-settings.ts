import { schema } from '@holdfast/drizzle'
import { serverSettingsSchema, type Id, type ServerSettingKey, type ServerSettings } from '@holdfast/shared'
import type { Bus } from '../platform/bus/bus.ts'
import { openSharedCopy } from '../platform/bus/shared-copy.ts'
import type { Clock } from '../platform/clock.ts'
import type { Queries } from '../platform/database/database.ts'
import type { Logger } from '../platform/logger.ts'

const { serverSettings } = schema

/** A member that is absent or undefined stays as it is. */
export type SettingsChanges = { readonly [Key in ServerSettingKey]?: ServerSettings[Key] | undefined }

/** What the administrators of a server have set, the same on every node. */
export interface Settings {
  /** In memory: as fresh as the last message on the bus, and never older than 15 seconds. */
  readonly current: () => ServerSettings
  /** Settings that the environment decides. They cannot be changed while the server runs. */
  readonly fixed: readonly ServerSettingKey[]
  /**
   * Sets the given members, each as a whole, within the transaction of `queries`. Call `announce` after the commit.
   * The caller checks that none is fixed.
   */
  readonly write: (queries: Pick<Queries, 'insert'>, changes: SettingsChanges, by: Id | null) => Promise<void>
  /** Reads what was written here, then tells the other nodes. */
  readonly announce: () => Promise<void>
  /** Calls the listener after each change that this node has seen. Returns a function that stops listening. */
  readonly onChange: (listener: (settings: ServerSettings) => void) => () => void
  readonly close: () => void
}

export interface SettingsDeps {
  readonly database: { readonly queries: Queries }
  readonly bus: Bus
  readonly clock: Clock
  readonly logger: Logger
  /** For what nobody has set. */
  readonly defaults: ServerSettings
  /** What the environment decides. */
  readonly fixed: Partial<ServerSettings>
}

/** Reads the settings once, then follows their changes. Rejects when the database cannot be asked. */
export async function openSettings({ database, bus, clock, logger, defaults, fixed }: SettingsDeps): Promise<Settings> {
  const { queries } = database
  const listeners = new Set<(settings: ServerSettings) => void>()
  let settings: ServerSettings = { ...defaults, ...fixed }
  const copy = await openSharedCopy({
    bus,
    logger,
    name: 'settings',
    load: () => queries.select({ key: serverSettings.key, value: serverSettings.value }).from(serverSettings),
    show: (rows) => {
      const next = { ...defaults, ...rowsToSettings(rows, logger), ...fixed }
      if (JSON.stringify(next) === JSON.stringify(settings)) return
      settings = next
      for (const listener of listeners) listener(settings)
    },
  })

  return {
    current: () => settings,
    fixed: serverSettingsSchema.keyof().options.filter((key) => Object.hasOwn(fixed, key)),
    write: async (tx, changes, by) => {
      const updatedAt = clock.now()
      for (const [key, value] of Object.entries(changes)) {
        if (value === undefined) continue
        const row = { value, updatedAt, updatedBy: by }
        await tx
          .insert(serverSettings)
          .values({ key, ...row })
          .onConflictDoUpdate({ target: serverSettings.key, set: row })
      }
    },
    announce: copy.announce,
    onChange: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    close: copy.close,
  }
}

/** A row that a newer version has written in another shape counts as not set. */
function rowsToSettings(rows: readonly { key: string; value: unknown }[], logger: Logger): Partial<ServerSettings> {
  const known = new Map<string, unknown>()
  for (const { key, value } of rows) {
    const shape: Record<string, { safeParse: (value: unknown) => { success: boolean; data?: unknown } }> =
      serverSettingsSchema.shape
    const schemaOfKey = Object.hasOwn(shape, key) ? shape[key] : undefined
    const parsed = schemaOfKey?.safeParse(value)
    if (parsed?.success) known.set(key, parsed.data)
    else if (schemaOfKey) logger.warn({ event: 'setting-ignored', key }, 'a setting in the database has an unknown shape')
  }
  return Object.fromEntries(known)
}
