import type { Code, Construct, Effects, State, TokenizeContext } from 'micromark-util-types'

const dollar = 36
const backslash = 92
const marks = {
  openParenthesis: 40,
  closeParenthesis: 41,
  openBracket: 91,
  closeBracket: 93,
} as const

/** Maximum length in characters. Anything longer is text with an unclosed mark. */
const maxLength = { dollar: 1_000, marks: 10_000 }

/**
 * `$…$`, `$$…$$`, `\(…\)` and `\[…\]` within a paragraph. A single dollar opens only before something that is no space and not behind a
 * letter or digit, and closes only behind something that is no space and not before a digit (pandoc, `tex_math_dollars`).
 */
export const mathText: Construct = { name: 'mathText', tokenize: tokenizeMathText, previous: (code) => code !== dollar }

function tokenizeMathText(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  const before = this.previous
  let closing: number = dollar
  let isDouble = true
  let content = ''
  let last: Code = null
  return start

  function start(code: Code): State | undefined {
    effects.enter('mathText')
    effects.enter('mathTextMark')
    effects.consume(code)
    return code === dollar ? afterDollar : afterBackslash
  }

  function afterDollar(code: Code): State | undefined {
    if (code === dollar) {
      effects.consume(code)
      return afterOpen
    }
    isDouble = false
    if (isWordCharacter(before) || isSpaceOrEnd(code)) return nok(code)
    return afterOpen(code)
  }

  function afterBackslash(code: Code): State | undefined {
    if (code !== marks.openParenthesis && code !== marks.openBracket) return nok(code)
    closing = code === marks.openParenthesis ? marks.closeParenthesis : marks.closeBracket
    effects.consume(code)
    return afterOpen
  }

  function afterOpen(code: Code): State | undefined {
    effects.exit('mathTextMark')
    if (closing === dollar && code === dollar) return nok(code)
    return between(code)
  }

  function between(code: Code): State | undefined {
    if (code === null || content.length > (isDouble ? maxLength.marks : maxLength.dollar)) return nok(code)
    if (isLineEnding(code)) {
      effects.enter('lineEnding')
      effects.consume(code)
      effects.exit('lineEnding')
      note(code)
      return between
    }
    const isMark = code === (closing === dollar ? dollar : backslash)
    if (isMark) return effects.attempt(close(closing, isDouble), closed, noClose)(code)
    return dataStart(code)
  }

  function dataStart(code: Code): State | undefined {
    effects.enter('mathTextValue')
    return data(code)
  }

  function data(code: Code): State | undefined {
    const isMark = code === (closing === dollar ? dollar : backslash)
    if (code === null || isLineEnding(code) || isMark) {
      effects.exit('mathTextValue')
      return between(code)
    }
    note(code)
    effects.consume(code)
    return code === backslash ? escaped : data
  }

  /** A backslash escapes the next character: `\$` closes nothing. */
  function escaped(code: Code): State | undefined {
    if (code === null || isLineEnding(code)) return data(code)
    note(code)
    effects.consume(code)
    return data
  }

  function noClose(code: Code): State | undefined {
    // A dollar that cannot close ends the attempt; a backslash belongs to the formula.
    if (closing === dollar) return nok(code)
    effects.enter('mathTextValue')
    note(code)
    effects.consume(code)
    return escaped
  }

  function closed(code: Code): State | undefined {
    if (content.trim() === '') return nok(code)
    if (!isDouble && (isSpaceOrEnd(last) || isDigit(code) || isProseWithPrice(content))) return nok(code)
    effects.exit('mathText')
    return ok(code)
  }

  function note(code: Code): void {
    last = code
    content += code === null || code < 0 ? ' ' : String.fromCodePoint(code)
  }
}

function close(closing: number, isDouble: boolean): Construct {
  return {
    partial: true,
    tokenize(effects, ok, nok) {
      return start

      function start(code: Code): State | undefined {
        effects.enter('mathTextMark')
        effects.consume(code)
        return closing === dollar && !isDouble ? end : second
      }

      function second(code: Code): State | undefined {
        if (code !== closing) return nok(code)
        effects.consume(code)
        return end
      }

      function end(code: Code): State | undefined {
        effects.exit('mathTextMark')
        return ok(code)
      }
    },
  }
}

/** Recognises money such as `$5 and a half, or US$`: a number, then words, and no character that only formulas have. */
function isProseWithPrice(content: string): boolean {
  return /^\d/u.test(content) && /\s\p{L}{2,}/u.test(content) && !/[\\^_={}]/u.test(content)
}

function isLineEnding(code: Code): boolean {
  return code !== null && code < -2
}

function isSpaceOrEnd(code: Code): boolean {
  return code === null || code < 0 || code === 32
}

function isDigit(code: Code): boolean {
  return code !== null && code >= 48 && code <= 57
}

function isWordCharacter(code: Code): boolean {
  return code !== null && code > 0 && /[\p{L}\p{N}]/u.test(String.fromCodePoint(code))
}
