import type { Literal } from 'mdast'

/** A display formula. */
export interface MathNode extends Literal {
  type: 'math'
  /** Without the marks around it. */
  value: string
  /** The source, including the marks. */
  source: string
  /** False without closing marks: the source is rendered instead. */
  isClosed: boolean
}

/** An inline formula. */
export interface InlineMathNode extends Literal {
  type: 'inlineMath'
  value: string
  source: string
  /** `$$…$$` and `\[…\]` are typeset as display formulas. */
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
