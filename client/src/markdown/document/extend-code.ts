import type { CodeBlock } from './block.ts'
import { appendLines } from './chunks.ts'

export interface ExtendedCode {
  readonly block: CodeBlock
  /** Offset of the first line that is not in the block. */
  readonly cut: number
  readonly isClosed: boolean
}

/** Adds the complete lines behind `cut`, up to the closing fence. */
export function extendCode(block: CodeBlock, text: string, cut: number): ExtendedCode {
  const closing = toClosing(block)
  const completeEnd = text.lastIndexOf('\n') + 1
  if (completeEnd <= cut) return { block, cut, isClosed: false }
  closing.lastIndex = cut
  const match = closing.exec(text)
  const isClosed = match !== null && match.index < completeEnd && text[match.index + match[0].length] === '\n'
  const end = isClosed ? match.index : completeEnd
  const lines = text.slice(cut, end)
  const extended = lines === '' ? block : { ...block, ...appendLines(block.chunks, block.lineCount, lines) }
  return { block: extended, cut: isClosed ? match.index + match[0].length + 1 : end, isClosed }
}

/** The code with its unfinished last line. A line that may become the closing fence is left out. */
export function withOpenLine(block: CodeBlock, line: string, isGrowing: boolean): CodeBlock {
  const mark = block.fence.charAt(0)
  const isClosing = new RegExp(`^ {0,3}${isGrowing ? `${mark}+` : `${block.fence}${mark}*`}[ \\t]*$`, 'u').test(line)
  if (line === '' || isClosing) return block
  return { ...block, ...appendLines(block.chunks, block.lineCount, line) }
}

function toClosing({ fence }: CodeBlock): RegExp {
  return new RegExp(`^ {0,3}${fence}${fence.charAt(0)}*[ \\t]*$`, 'gmu')
}
