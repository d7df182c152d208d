import type { Id, Task } from '@holdfast/shared'
import { useCallback, useEffect, useRef, useState } from 'react'
import { putItem, removeItem } from './planner-data.ts'

const shownMs = 4_000

export interface LingeringTasks {
  readonly tasks: readonly Task[]
  readonly keep: (task: Task) => void
  readonly drop: (taskId: Id) => void
}

/**
 * Tasks that were completed here a moment ago stay in sight, in their place, so that a slip can be taken back; as long as one is
 * pointed at or focused it stays.
 */
export function useLingeringTasks(isHeld: (taskId: Id) => boolean): LingeringTasks {
  const [tasks, setTasks] = useState<readonly Task[]>([])
  const held = useRef(isHeld)
  held.current = isHeld
  const drop = useCallback((taskId: Id) => setTasks((before) => removeItem(before, taskId)), [])
  const isEmpty = tasks.length === 0
  useEffect(() => {
    if (isEmpty) return
    const timer = setInterval(
      () =>
        setTasks((before) =>
          before.filter((task) => Date.now() - Date.parse(task.completedAt ?? '') < shownMs || held.current(task.id)),
        ),
      500,
    )
    return () => clearInterval(timer)
  }, [isEmpty])
  return {
    tasks,
    keep: useCallback(
      (task) => setTasks((before) => putItem(before, { ...task, completed: true, completedAt: new Date().toISOString() })),
      [],
    ),
    drop,
  }
}
