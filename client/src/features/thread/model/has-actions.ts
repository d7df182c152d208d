import { isActive, type Message } from '@holdfast/shared'

/** Whether an answer has a row of actions below it. While it is written it can only be read aloud. */
export function hasActions({ status, content }: Message): boolean {
  return !isActive(status) || (status === 'generating' && content !== '')
}
