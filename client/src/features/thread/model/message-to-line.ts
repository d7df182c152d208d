import type { Message } from '@holdfast/shared'
import type { PulseLineState } from '../../../ui/pulse-line.tsx'

/** The pulse line for the status of an answer. */
export function messageToLine({ status }: Message, isLive: boolean): PulseLineState {
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
