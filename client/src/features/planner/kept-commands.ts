import type { Id } from '@holdfast/shared'
import { isPlannerCommand, type PlannerCommand } from './planner-command.ts'

/** What was done to plans and is not confirmed by the server, on this device, apart for each user. */
export interface KeptCommands {
  readonly keep: (userId: Id, id: Id, command: PlannerCommand) => void
  readonly forget: (userId: Id, id: Id) => void
  /** Oldest first: the ids are UUIDv7. */
  readonly list: (userId: Id) => { readonly id: Id; readonly command: PlannerCommand }[]
}

type KeyedStorage = Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'>

/** One key per command, so that tabs do not write over each other's. */
export function createKeptCommands(openStorage: () => KeyedStorage = () => window.localStorage): KeptCommands {
  const keyOf = (userId: Id, id: Id) => `holdfast.planner.${userId}.${id}`
  /** Where storage is forbidden or full, a command lives as long as the page. */
  const attempt = <Result>(act: (storage: KeyedStorage) => Result, otherwise: Result): Result => {
    try {
      return act(openStorage())
    } catch {
      return otherwise
    }
  }
  return {
    keep: (userId, id, command) => attempt((storage) => storage.setItem(keyOf(userId, id), JSON.stringify(command)), undefined),
    forget: (userId, id) => attempt((storage) => storage.removeItem(keyOf(userId, id)), undefined),
    list: (userId) =>
      attempt((storage) => {
        const prefix = keyOf(userId, '')
        const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
        return keys
          .filter((key) => key.startsWith(prefix))
          .toSorted()
          .flatMap((key) => {
            const command = parse(storage.getItem(key))
            return command ? [{ id: key.slice(prefix.length), command }] : []
          })
      }, []),
  }
}

function parse(text: string | null): PlannerCommand | null {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isPlannerCommand(value) ? value : null
  } catch {
    return null
  }
}
