import type { ImportProblem } from './imported.ts'
import { toJson, toList, toNumber, toRecord, toText } from './json-values.ts'
import { toCall, type Piece } from './source-messages.ts'

/** The items of an answer as newer versions of Open WebUI keep them beside its text, in the shape of OpenAI's Responses API. */
export function readOutput(
  items: readonly unknown[],
  context: { readonly name: string; readonly problems: ImportProblem[] },
): Piece[] {
  return items.flatMap((value): Piece[] => {
    const item = toRecord(value)
    const callId = toText(item['call_id']) ?? toText(item['id'])
    switch (item['type']) {
      case 'message': {
        const text = joinContent(item['content'])
        return text === '' ? [] : [{ type: 'text', text }]
      }
      case 'reasoning': {
        const text = joinContent(item['content']) || joinContent(item['summary'])
        const seconds = toNumber(item['duration'])
        return text === ''
          ? []
          : [{ type: 'reasoning', text, ...(seconds === null ? {} : { durationMs: Math.round(seconds * 1_000) }) }]
      }
      case 'function_call':
        return [toCall(callId ?? '', toText(item['name']) ?? 'tool', toJson(item['arguments']) ?? {})]
      case 'function_call_output': {
        const output = Array.isArray(item['output']) ? joinContent(item['output']) : item['output']
        return [{ type: 'tool-result', callId, name: 'tool', result: output ?? null, isError: item['status'] === 'failed' }]
      }
      case 'open_webui:code_interpreter': {
        const call = toCall(callId ?? '', 'code_interpreter', { code: toText(item['code']) ?? '' })
        const output = item['output'] ?? null
        return output === null
          ? [call]
          : [call, { type: 'tool-result', callId, name: 'code_interpreter', result: output, isError: false }]
      }
      default:
        context.problems.push({
          what: `${context.name}: content of the kind “${String(item['type'])}”`,
          why: 'This kind is not known',
        })
        return []
    }
  })
}

function joinContent(content: unknown): string {
  if (typeof content === 'string') return content
  return toList(content)
    .flatMap((part) => toText(toRecord(part)['text']) ?? [])
    .join('')
}
