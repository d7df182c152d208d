import { useNow } from '../../ui/use-now.ts'
import { timeToDay, type Day } from './day.ts'

const minuteMs = 60_000

/** The day that it is here; another one after midnight. */
export function useToday(): Day {
  return timeToDay(useNow(minuteMs))
}
