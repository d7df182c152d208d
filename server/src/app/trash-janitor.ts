import { emptyTrash } from '../conversations/empty-trash.ts'
import type { UnitOfWorkDeps } from '../event-log/unit-of-work.ts'
import { removeDeletedItems } from '../planner/remove-deleted.ts'
import type { Eraser } from '../platform/database/eraser.ts'
import type { Logger } from '../platform/logger.ts'

const intervalMs = 10 * 60_000
const dayMs = 86_400_000
const conversationsPerStep = 20
const itemsPerStep = 200
/** Of one run. What is left waits for the next one, so that nobody else waits. */
const maxSteps = 10

export interface TrashDeps extends UnitOfWorkDeps {
  readonly eraser: Pick<Eraser, 'request'>
  readonly logger: Logger
  /** How many days the trash is kept; null: until somebody empties it. Asked at each run, since a setting may change. */
  readonly keepDays: () => number | null
}

/** Deletes for good what has been in the trash for too long, in steps of bounded size. Gives the number of conversations and items. */
export async function cleanTrash(deps: TrashDeps): Promise<number> {
  const keepDays = deps.keepDays()
  if (keepDays === null) return 0
  const before = new Date(deps.clock.now().getTime() - keepDays * dayMs)
  let removed = 0
  for (let step = 0; step < maxSteps; step += 1) {
    const conversations = await emptyTrash(deps, { before, limit: conversationsPerStep })
    const items = await removeDeletedItems(deps, { before, limit: itemsPerStep })
    removed += conversations + items
    if (conversations + items === 0) break
  }
  if (removed > 0) deps.logger.info({ event: 'trash-emptied', removed }, 'deleted for good what was in the trash for too long')
  return removed
}

/** Cleans every ten minutes. Failures are logged and tried again. */
export function startTrashJanitor(deps: TrashDeps): Disposable {
  const clean = async () => {
    try {
      await cleanTrash(deps)
    } catch (err) {
      deps.logger.warn({ event: 'trash-not-emptied', err }, 'emptying the trash failed, trying again')
    }
  }
  const timer = setInterval(() => void clean(), intervalMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
