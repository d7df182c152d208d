import type { Id, Task } from '@holdfast/shared'
import { useCallback, useEffect, useEffectEvent, useState } from 'react'
import { putItem, removeItem } from '../store/planner-data.ts'

const shownMs = 4_000

export interface LingeringTasks {
  readonly tasks: readonly Task[]
  readonly keep: (task: Task) => void
  readonly drop: (taskId: Id) => void
}

/**
 * Keeps tasks that were just completed here in the list for a moment, so that a slip can be undone, and for as long as a task is
 * hovered or focused.
 */
export function useLingeringTasks(isHeld: (taskId: Id) => boolean): LingeringTasks {
  const [tasks, setTasks] = useState<readonly Task[]>([])
  const drop = useCallback((taskId: Id) => setTasks((before) => removeItem(before, taskId)), [])
  const dropShown = useEffectEvent(() => {
    const held = new Set(tasks.map(({ id }) => id).filter(isHeld))
    setTasks((before) => before.filter((task) => Date.now() - Date.parse(task.completedAt ?? '') < shownMs || held.has(task.id)))
  })
  const isEmpty = tasks.length === 0
  useEffect(() => {
    if (isEmpty) return
    const timer = setInterval(() => dropShown(), 500)
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
