import type { Literal } from 'mdast'

/** A formula that stands by itself. */
export interface MathNode extends Literal {
  type: 'math'
  /** Without the marks around it. */
  value: string
  /** What was written, marks and all. */
  source: string
  /** False for one that ends without its closing marks: it is shown as it was written. */
  isClosed: boolean
}

/** A formula in a line of text. */
export interface InlineMathNode extends Literal {
  type: 'inlineMath'
  value: string
  source: string
  /** `$$…$$` and `\[…\]` are set as a formula that stands by itself. */
  isDisplay: boolean
}

declare module 'mdast' {
  interface RootContentMap {
    math: MathNode
    inlineMath: InlineMathNode
  }
  interface BlockContentMap {
    math: MathNode
  }
  interface PhrasingContentMap {
    inlineMath: InlineMathNode
  }
}

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    mathFlow: 'mathFlow'
    mathFlowMark: 'mathFlowMark'
    mathFlowEnd: 'mathFlowEnd'
    mathFlowValue: 'mathFlowValue'
    mathText: 'mathText'
    mathTextMark: 'mathTextMark'
    mathTextValue: 'mathTextValue'
  }
}
