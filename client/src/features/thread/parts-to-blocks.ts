import type { Part, ReasoningPart, TextPart, ToolCallPart } from '@holdfast/shared'

/** What is shown as one thing in an answer. `key` is the same for as long as the answer grows. */
export type PartBlock =
  | { readonly type: 'text'; readonly key: string; readonly part: TextPart; readonly isLast: boolean }
  | { readonly type: 'reasoning'; readonly key: string; readonly part: ReasoningPart; readonly isLast: boolean }
  | { readonly type: 'tools'; readonly key: string; readonly calls: readonly ToolCallPart[] }
  | { readonly type: 'approval'; readonly key: string; readonly call: ToolCallPart }

/**
 * Calls that follow each other, over steps too, belong together; a question to the person always stands alone. Parts that show
 * nothing separate nothing. `isAsking`: questions are still open; in an answer that has ended they are calls like all others.
 */
export function partsToBlocks(parts: readonly Part[], isAsking: boolean): PartBlock[] {
  const blocks: PartBlock[] = []
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    switch (part.type) {
      case 'text':
        if (part.text.trim() !== '') blocks.push({ type: 'text', key: `part-${index}`, part, isLast })
        break
      case 'reasoning':
        if (part.text.trim() !== '') blocks.push({ type: 'reasoning', key: `part-${index}`, part, isLast })
        break
      case 'tool-call':
        if (isAsking && part.state === 'waiting') blocks.push({ type: 'approval', key: `ask-${part.callId}`, call: part })
        else addCall(blocks, part)
        break
      default:
        // A newer server's part: what is known of the answer is still shown.
        part satisfies never
    }
  }
  return blocks
}

function addCall(blocks: PartBlock[], call: ToolCallPart): void {
  const last = blocks.at(-1)
  if (last?.type === 'tools') blocks[blocks.length - 1] = { ...last, calls: [...last.calls, call] }
  else blocks.push({ type: 'tools', key: `tools-${call.callId}`, calls: [call] })
}
