import type { Code, Construct, Effects, State, TokenizeContext } from 'micromark-util-types'

const dollar = 36
const backslash = 92
const openBracket = 91
const closeBracket = 93
const space = 32

/**
 * A display formula: from a line that begins with `$$` or `\[` to the first line that ends with `$$` or `\]`. A blank line ends it, too:
 * TeX allows none, and an unclosed mark then cannot swallow the rest of the text. Works line by line without looking ahead, so that a
 * growing text can be cut between blocks.
 *
 * Ours instead of micromark-extension-math, which fails 18 of the 31 cases in math-syntax.test.ts: it has no `\[…\]` and `\(…\)`, reads
 * `$5 and $10` as a formula, and lets an unclosed `$$` run to the end of the text.
 */
export const mathFlow: Construct = { name: 'mathFlow', tokenize: tokenizeMathFlow, concrete: true }

function tokenizeMathFlow(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  const isInterrupting = this.interrupt === true
  let closing = dollar
  let isFirstLine = true
  let hasContent = false
  return start

  function start(code: Code): State | undefined {
    closing = code === dollar ? dollar : closeBracket
    effects.enter('mathFlow')
    effects.enter('mathFlowMark')
    effects.consume(code)
    return openEnd
  }

  function openEnd(code: Code): State | undefined {
    if (code !== (closing === dollar ? dollar : openBracket)) return nok(code)
    effects.consume(code)
    effects.exit('mathFlowMark')
    return afterOpen
  }

  function afterOpen(code: Code): State | undefined {
    // `$$$` opens nothing.
    if (closing === dollar && code === dollar) return nok(code)
    return lineStart(code)
  }

  /** At the start of a line, or behind the opening marks. */
  function lineStart(code: Code): State | undefined {
    if (code === null || isLineEnding(code)) return lineEnd(code)
    return effects.attempt(closeMarks(closing), closed, value)(code)
  }

  function value(code: Code): State | undefined {
    if (!isSpace(code)) hasContent = true
    effects.enter('mathFlowValue')
    return valueRest(code)
  }

  function valueRest(code: Code): State | undefined {
    if (code === null || isLineEnding(code)) {
      effects.exit('mathFlowValue')
      return lineEnd(code)
    }
    // An escaped dollar belongs to the formula.
    if (code === backslash && closing === dollar) {
      effects.consume(code)
      return escaped
    }
    if (code === (closing === dollar ? dollar : backslash))
      return effects.check(closeMarks(closing), beforeClosing, midMark)(code)
    if (!isSpace(code)) hasContent = true
    effects.consume(code)
    return valueRest
  }

  function escaped(code: Code): State | undefined {
    if (code === null || isLineEnding(code)) return valueRest(code)
    hasContent = true
    effects.consume(code)
    return valueRest
  }

  function beforeClosing(code: Code): State | undefined {
    effects.exit('mathFlowValue')
    return effects.attempt(closeMarks(closing), closed, nok)(code)
  }

  /** Marks with text behind them in the first line: an inline formula, which `mathText` reads. */
  function midMark(code: Code): State | undefined {
    effects.consume(code)
    return afterMidMark
  }

  function afterMidMark(code: Code): State | undefined {
    if (isFirstLine && code === closing) return nok(code)
    return valueRest(code)
  }

  function lineEnd(code: Code): State | undefined {
    if (isInterrupting) return ok(code)
    isFirstLine = false
    return effects.check(nextLine, intoNextLine, after)(code)
  }

  function intoNextLine(code: Code): State | undefined {
    effects.enter('lineEnding')
    effects.consume(code)
    effects.exit('lineEnding')
    return lineStart
  }

  function closed(code: Code): State | undefined {
    return hasContent ? after(code) : nok(code)
  }

  function after(code: Code): State | undefined {
    effects.exit('mathFlow')
    return ok(code)
  }
}

/** The closing marks, followed by nothing but spaces. */
function closeMarks(closing: number): Construct {
  return {
    partial: true,
    tokenize(effects, ok, nok) {
      return start

      function start(code: Code): State | undefined {
        if (code !== (closing === dollar ? dollar : backslash)) return nok(code)
        effects.enter('mathFlowEnd')
        effects.consume(code)
        return second
      }

      function second(code: Code): State | undefined {
        if (code !== closing) return nok(code)
        effects.consume(code)
        return spaces
      }

      function spaces(code: Code): State | undefined {
        if (isSpace(code)) {
          effects.consume(code)
          return spaces
        }
        if (code !== null && !isLineEnding(code)) return nok(code)
        effects.exit('mathFlowEnd')
        return ok(code)
      }
    },
  }
}

/** Whether the next line belongs to the same container and is not blank. */
const nextLine: Construct = {
  partial: true,
  tokenize(effects, ok, nok) {
    const isLazy = () => this.parser.lazy[this.now().line] === true
    return start

    function start(code: Code): State | undefined {
      if (code === null) return nok(code)
      effects.enter('lineEnding')
      effects.consume(code)
      effects.exit('lineEnding')
      return line
    }

    function line(code: Code): State | undefined {
      if (isLazy()) return nok(code)
      return blank(code)
    }

    function blank(code: Code): State | undefined {
      if (code === null || isLineEnding(code)) return nok(code)
      if (!isSpace(code)) return ok(code)
      effects.enter('linePrefix')
      effects.consume(code)
      effects.exit('linePrefix')
      return blank
    }
  },
}

function isLineEnding(code: Code): boolean {
  return code !== null && code < -2
}

function isSpace(code: Code): boolean {
  return code === -2 || code === -1 || code === space
}
