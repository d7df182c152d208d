import { createThreadRequest } from './thread-request.ts'

const request = createThreadRequest('last-answer')

/** Gives the focus to the last answer of the thread that is open, from elsewhere in the page. Without a thread nothing happens. */
export const showLastAnswer = request.ask

/** Returns how to stop listening. */
export const onLastAnswerRequest = request.listen
