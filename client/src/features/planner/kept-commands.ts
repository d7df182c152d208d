import type { Id } from '@holdfast/shared'
import { openDeviceStorage, type KeyedStorage } from '../../device-storage.ts'
import { parseJson } from '../../parse-json.ts'
import { readCommand, type PlannerCommand } from './planner-command.ts'

/** What was done to plans and is not confirmed by the server, on this device, apart for each user. */
export interface KeptCommands {
  readonly keep: (userId: Id, id: Id, command: PlannerCommand) => void
  readonly forget: (userId: Id, id: Id) => void
  /** Oldest first: the ids are UUIDv7. */
  readonly list: (userId: Id) => { readonly id: Id; readonly command: PlannerCommand }[]
}

/** One key per command, so that tabs do not write over each other's. */
export function createKeptCommands(storage: KeyedStorage = openDeviceStorage()): KeptCommands {
  const keyOf = (userId: Id, id: Id) => `holdfast.planner.${userId}.${id}`
  return {
    keep: (userId, id, command) => {
      try {
        storage.setItem(keyOf(userId, id), JSON.stringify(command))
      } catch {
        // The storage is full: it lives as long as the page.
      }
    },
    forget: (userId, id) => storage.removeItem(keyOf(userId, id)),
    list: (userId) => {
      const prefix = keyOf(userId, '')
      const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
      return keys
        .filter((key) => key.startsWith(prefix))
        .toSorted()
        .flatMap((key) => {
          const command = readCommand(parseJson(storage.getItem(key)))
          return command ? [{ id: key.slice(prefix.length), command }] : []
        })
    },
  }
}
