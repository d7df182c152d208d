import type { Message } from '@holdfast/shared'
import type { LivingLineState } from '../../ui/living-line.tsx'

/** How an answer is doing, at a glance. */
export function messageToLine({ status }: Message, isLive: boolean): LivingLineState {
  switch (status) {
    case 'waiting':
      return 'waiting'
    case 'interrupted':
    case 'error':
      return 'broken'
    case 'generating':
      return isLive ? 'generating' : 'reconnecting'
    case 'queued':
      return isLive ? 'background' : 'reconnecting'
    case 'completed':
    case 'cancelled':
      return null
  }
}
