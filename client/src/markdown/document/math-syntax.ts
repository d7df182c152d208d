import type { Extension as FromMarkdownExtension } from 'mdast-util-from-markdown'
import type { Extension } from 'micromark-util-types'
import { mathFlow } from './math-flow.ts'
import type { InlineMathNode, MathNode } from './math-node.ts'
import { mathText } from './math-text.ts'

const dollar = 36
const backslash = 92

/** Parses `$$…$$`, `\[…\]`, `\(…\)`, and `$…$` by pandoc's rules, which keep prices as text. */
export function mathSyntax(): Extension {
  return {
    flow: { [dollar]: mathFlow, [backslash]: mathFlow },
    text: { [dollar]: mathText, [backslash]: mathText },
  }
}

/** Makes `math` and `inlineMath` nodes. */
export function mathFromMarkdown(): FromMarkdownExtension {
  return {
    enter: {
      mathFlow(token) {
        const node: MathNode = { type: 'math', value: '', source: this.sliceSerialize(token), isClosed: false }
        this.enter(node, token)
      },
      mathText(token) {
        const source = this.sliceSerialize(token)
        const isDisplay = source.startsWith('$$') || source.startsWith('\\[')
        const markLength = isDisplay || source.startsWith('\\') ? 2 : 1
        const value = source.slice(markLength, -markLength).replaceAll('\n', ' ')
        const node: InlineMathNode = { type: 'inlineMath', value, source, isDisplay }
        this.enter(node, token)
      },
    },
    exit: {
      mathFlowValue(token) {
        const node = this.stack.at(-1)
        const line = this.sliceSerialize(token)
        if (node?.type === 'math') node.value = node.value === '' ? line : `${node.value}\n${line}`
      },
      mathFlowEnd() {
        const node = this.stack.at(-1)
        if (node?.type === 'math') node.isClosed = true
      },
      mathFlow(token) {
        this.exit(token)
      },
      mathText(token) {
        this.exit(token)
      },
    },
  }
}
