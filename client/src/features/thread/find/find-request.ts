import { createThreadRequest } from '../thread-request.ts'

const request = createThreadRequest('find')

/** Opens "find in this conversation" from elsewhere in the page, once what asked for it has closed. Without a thread nothing happens. */
export function openFind(): void {
  requestAnimationFrame(() => requestAnimationFrame(request.ask))
}

/** Returns how to stop listening. */
export const onFindRequest = request.listen
