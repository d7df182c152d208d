import type { FilePart, Part, ReasoningPart, RemarkPart, TextPart, ToolCallPart } from '@holdfast/shared'

/** A unit that an answer shows as one block. `key` stays the same while the answer grows. */
export type PartBlock =
  | { readonly type: 'text'; readonly key: string; readonly part: TextPart; readonly isLast: boolean }
  | { readonly type: 'reasoning'; readonly key: string; readonly part: ReasoningPart; readonly isLast: boolean }
  | { readonly type: 'tools'; readonly key: string; readonly calls: readonly ToolCallPart[] }
  /** Of a person. `isPending`: the model has not got it. */
  | { readonly type: 'remark'; readonly key: string; readonly part: RemarkPart; readonly isPending: boolean }
  /** Files that follow each other: pictures of the model, and what the calls above them gave. */
  | { readonly type: 'files'; readonly key: string; readonly files: readonly FilePart[] }
  | { readonly type: 'approval'; readonly key: string; readonly call: ToolCallPart }

/**
 * Calls that follow each other, over steps too, belong together; a question to the person always stands alone. Parts that show
 * nothing separate nothing. `isAsking`: questions are still open; in an answer that has ended they are calls like all others. A question
 * that was answered keeps its place until those beside it are, so that no other question slides under the pointer.
 */
export function partsToBlocks(parts: readonly Part[], isAsking: boolean, pending: readonly RemarkPart[] = []): PartBlock[] {
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
        if (isAsking && (part.state === 'waiting' || isKept(parts, index)))
          blocks.push({ type: 'approval', key: `ask-${part.callId}`, call: part })
        else addCall(blocks, part)
        break
      case 'file':
        addFile(blocks, part)
        break
      case 'remark':
        blocks.push(toRemark(part, false))
        break
      default:
        // The part was added by a newer server: the known parts of the answer are still shown.
        part satisfies never
    }
  }
  for (const remark of pending) blocks.push(toRemark(remark, true))
  return blocks
}

function toRemark(part: RemarkPart, isPending: boolean): PartBlock {
  return { type: 'remark', key: part.remarkId, part, isPending }
}

/** The call was asked about and decided, and another call of the same run is still asked about. */
function isKept(parts: readonly Part[], index: number): boolean {
  const call = parts[index]
  if (call?.type !== 'tool-call' || call.question === undefined || (call.state !== 'pending' && call.state !== 'denied'))
    return false
  return isAskedFrom(parts.slice(index + 1)) || isAskedFrom(parts.slice(0, index).toReversed())
}

/** A call waits for an answer before any part that shows something else. */
function isAskedFrom(parts: readonly Part[]): boolean {
  for (const part of parts) {
    if (part.type === 'file') return false
    if (part.type !== 'tool-call') {
      if (part.text.trim() !== '') return false
    } else if (part.state === 'waiting') return true
  }
  return false
}

function addCall(blocks: PartBlock[], call: ToolCallPart): void {
  const last = blocks.at(-1)
  if (last?.type === 'tools') blocks[blocks.length - 1] = { ...last, calls: [...last.calls, call] }
  else blocks.push({ type: 'tools', key: `tools-${call.callId}`, calls: [call] })
}

function addFile(blocks: PartBlock[], file: FilePart): void {
  const last = blocks.at(-1)
  if (last?.type === 'files') blocks[blocks.length - 1] = { ...last, files: [...last.files, file] }
  else blocks.push({ type: 'files', key: `files-${file.fileId}`, files: [file] })
}
