import { toDeviceName } from './base-path.ts'

/**
 * Runs the task while no other tab runs one under the same name; waits until then. Outside secure contexts and in some runtimes
 * there are no locks, and where cookies are blocked browsers refuse them: there the task runs immediately, and must stand being run twice.
 */
export async function withCrossTabLock<Result>(name: string, task: () => Promise<Result>): Promise<Result> {
  const locks = typeof document === 'undefined' ? undefined : globalThis.navigator?.locks
  if (!locks) return task()
  let isStarted = false
  try {
    return await locks.request(toDeviceName(name), () => {
      isStarted = true
      return task()
    })
  } catch (error) {
    if (isStarted) throw error
    return task()
  }
}
