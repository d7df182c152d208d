import type { Id } from '@holdfast/shared'
import type { DeviceStorage } from '../../lib/device-storage.ts'
import { toDeviceName } from '../../lib/base-path.ts'
import { parseJson } from '../../lib/parse-json.ts'

export interface StoredCommand<Command> {
  /** A UUIDv7: ids made on one device sort by time. */
  readonly id: Id
  readonly command: Command
}

/**
 * Commands that wait, on the device and apart for each user. `owner` is the user's id, the empty text before the device knows one.
 * Each command has a key of its own, so that tabs do not overwrite each other's.
 */
export interface CommandStorage<Command> {
  /** Names the keys (`holdfast.NAME.OWNER.ID`) and the locks. Pages of other versions use the same: it never changes. */
  readonly name: string
  /** Oldest first. Entries that cannot be read are left alone. */
  readonly list: (owner: string) => readonly StoredCommand<Command>[]
  readonly has: (owner: string, id: Id) => boolean
  /** False: only in memory, because the browser's storage is forbidden or full. Closing the page loses it. */
  readonly isKept: (owner: string, id: Id) => boolean
  readonly put: (owner: string, id: Id, command: Command) => void
  readonly remove: (owner: string, id: Id) => void
  /** Calls the listener after changes in other tabs. */
  readonly watch: (listener: () => void) => () => void
}

export interface CommandStorageOptions<Command> {
  readonly name: string
  /** Null for what is not such a command: it may come from an older page. */
  readonly parse: (value: unknown) => Command | null
  readonly device: DeviceStorage
}

export function createCommandStorage<Command>(options: CommandStorageOptions<Command>): CommandStorage<Command> {
  const { name, parse, device } = options
  const keyOf = (owner: string, id: Id) => `holdfast.${name}.${owner}.${id}`
  return {
    name,
    list: (owner) => {
      const prefix = keyOf(owner, '')
      const keys = device.keys().filter((key) => key.startsWith(prefix))
      return keys.toSorted().flatMap((key) => {
        const command = parse(parseJson(device.read(key)))
        return command === null ? [] : [{ id: key.slice(prefix.length), command }]
      })
    },
    has: (owner, id) => device.read(keyOf(owner, id)) !== null,
    isKept: (owner, id) => !device.unkept.get().has(keyOf(owner, id)),
    // An older version of a command is the same command, and better than none.
    put: (owner, id, command) => device.write(keyOf(owner, id), JSON.stringify(command), { keepsOlder: true }),
    remove: (owner, id) => device.write(keyOf(owner, id), null),
    watch: (listener) => {
      const onStorage = (event: StorageEvent) => {
        if (event.key === null || event.key.startsWith(toDeviceName(`holdfast.${name}.`))) listener()
      }
      globalThis.addEventListener?.('storage', onStorage)
      return () => globalThis.removeEventListener?.('storage', onStorage)
    },
  }
}

/** Moves the commands of one owner to another, whose storage may differ. */
export function moveCommands<Command>(
  storage: CommandStorage<Command>,
  from: string,
  to: string,
  target: CommandStorage<Command> = storage,
): void {
  for (const { id, command } of storage.list(from)) {
    target.put(to, id, command)
    storage.remove(from, id)
  }
}
