import { randomUUID } from 'node:crypto'
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  isJSONRPCErrorResponse,
  isJSONRPCResultResponse,
  ProtocolError,
  PROTOCOL_VERSION_META_KEY,
  type ClientCapabilities,
  type Implementation,
  type Transport,
} from '@modelcontextprotocol/client'

/**
 * Requests that the SDK knows nothing of: those of the extension for tasks (`tasks/get`, `tasks/update`, `tasks/cancel`), which the SDK
 * refuses to send in the newer version of the protocol. They share its connection, under ids of their own.
 */
export interface RawRequests {
  /** @throws ProtocolError with what the server answered, or the error of the connection */
  readonly send: (
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ) => Promise<Readonly<Record<string, unknown>>>
  /** Whether a message was an answer to one of these requests. */
  readonly take: (message: unknown) => boolean
}

export function createRawRequests(
  transport: Pick<Transport, 'send'>,
  describe: () => { version: string | undefined; clientInfo: Implementation; capabilities: ClientCapabilities },
): RawRequests {
  const waiting = new Map<unknown, PromiseWithResolvers<Readonly<Record<string, unknown>>>>()
  return {
    send: async (method, params, { signal, timeoutMs }) => {
      const id = randomUUID()
      const answer = Promise.withResolvers<Readonly<Record<string, unknown>>>()
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
      const onAbort = () => answer.reject(limited.reason)
      const { version, clientInfo, capabilities } = describe()
      const envelope = {
        ...(version !== undefined && { [PROTOCOL_VERSION_META_KEY]: version }),
        [CLIENT_INFO_META_KEY]: clientInfo,
        [CLIENT_CAPABILITIES_META_KEY]: capabilities,
      }
      waiting.set(id, answer)
      limited.addEventListener('abort', onAbort, { once: true })
      try {
        limited.throwIfAborted()
        const request = { jsonrpc: '2.0' as const, id, method, params: { ...params, _meta: envelope } }
        transport.send(request, { requestSignal: limited }).catch(answer.reject)
        return await answer.promise
      } finally {
        limited.removeEventListener('abort', onAbort)
        waiting.delete(id)
      }
    },
    take: (message) => {
      if (isJSONRPCResultResponse(message)) {
        const answer = waiting.get(message.id)
        answer?.resolve(message.result)
        return answer !== undefined
      }
      if (!isJSONRPCErrorResponse(message)) return false
      const answer = waiting.get(message.id)
      const { code, message: said, data } = message.error
      answer?.reject(new ProtocolError(code, said, data))
      return answer !== undefined
    },
  }
}
