import type { DeviceStorage } from '../../lib/device-storage.ts'
import { createValueStore, type ReadableStore } from '../../lib/value-store.ts'
import { moveCommands, type CommandStorage } from './command-storage.ts'

const lastUserKey = 'holdfast.user'
const unknownUser = ''

/**
 * The user whose commands are kept. Before the first token arrives, this is the last user of the device: their unsent messages are shown
 * even if the server is down. Messages written before the device knows a user belong to the first one.
 */
export function createOwner<Command>(options: {
  readonly userId: ReadableStore<string | null>
  readonly storage: CommandStorage<Command>
  readonly device: DeviceStorage
  /** Tells the servers of one page apart; empty for the page's own server. */
  readonly scope?: string
  /** Where older versions kept the commands for every server. A user's id belongs to one server, so theirs can be taken from it. */
  readonly older?: CommandStorage<Command>
}): ReadableStore<string> {
  const { userId, storage, device, scope = '', older } = options
  const userKey = `${lastUserKey}${scope}`
  const owner = createValueStore(device.read(userKey) ?? unknownUser)
  const take = () => {
    const user = userId.get()
    if (user === null || user === owner.get()) return
    device.write(userKey, user)
    if (older && scope !== '') moveCommands(older, user, user, storage)
    if (owner.get() === unknownUser) moveCommands(storage, unknownUser, user)
    owner.set(user)
  }
  take()
  userId.subscribe(take)
  return owner
}
