import { stream } from '@durable-streams/client'

/** Follows a stream live, as the client's README has it. */
export async function follow({ url, offset, onText, signal }) {
  const response = await stream({ url, offset, live: 'sse', signal })
  response.subscribeText(async (chunk) => onText(chunk.text, chunk.offset))
  await response.closed
}
