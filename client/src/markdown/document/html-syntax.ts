import type { Extension as FromMarkdownExtension } from 'mdast-util-from-markdown'
import { htmlFlow } from 'micromark-core-commonmark'
import type { Code, Construct, Effects, Extension, State, TokenizeContext } from 'micromark-util-types'
import './html-node.ts'
import { inlineTagPattern, readDetailsLine } from './known-tags.ts'

const lessThan = 60
const greaterThan = 62
/** A longer line is not read as a line of `<details>`. */
const maxLineLength = 1_000

/**
 * Parses the lines of `<details>` as blocks of one line each, so that what stands between them is Markdown, with or without blank lines
 * around it. A line that begins with a known tag is a paragraph instead of a block of HTML.
 */
export function htmlSyntax(): Extension {
  return { flow: { [lessThan]: [detailsLine, htmlBlock] }, disable: { null: ['htmlFlow'] } }
}

/** Makes a `detailsLine` node of each line. */
export function htmlFromMarkdown(): FromMarkdownExtension {
  return {
    enter: {
      detailsLine(token) {
        this.enter({ type: 'detailsLine', value: this.sliceSerialize(token) }, token)
      },
    },
    exit: {
      detailsLine(token) {
        this.exit(token)
      },
    },
  }
}

const detailsLine: Construct = { name: 'detailsLine', tokenize: tokenizeDetailsLine }

function tokenizeDetailsLine(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  let line = ''
  return (code) => {
    effects.enter('detailsLine')
    return rest(code)
  }

  function rest(code: Code): State | undefined {
    if (isLineEnd(code)) {
      if (readDetailsLine(line) === null) return nok(code)
      effects.exit('detailsLine')
      return ok(code)
    }
    if (code === null || line.length >= maxLineLength) return nok(code)
    // A tab, and what stands for its width.
    line += code < 0 ? ' ' : String.fromCodePoint(code)
    effects.consume(code)
    return rest
  }
}

const inlineTagStart: Construct = { tokenize: tokenizeInlineTag, partial: true }
const wholeInlineTag = new RegExp(`^</?(?:${inlineTagPattern})[ \\t]*/?>$`, 'iu')
const maxTagLength = 12

function tokenizeInlineTag(this: TokenizeContext, effects: Effects, ok: State, nok: State): State {
  let tag = ''
  return (code) => {
    effects.enter('data')
    return rest(code)
  }

  function rest(code: Code): State | undefined {
    if (code === null || isLineEnd(code) || tag.length >= maxTagLength) return nok(code)
    tag += code < 0 ? ' ' : String.fromCodePoint(code)
    effects.consume(code)
    return code === greaterThan ? end : rest
  }

  function end(code: Code): State | undefined {
    effects.exit('data')
    return wholeInlineTag.test(tag) ? ok(code) : nok(code)
  }
}

const htmlBlock: Construct = {
  ...htmlFlow,
  name: 'htmlBlock',
  tokenize(effects, ok, nok) {
    return effects.check(inlineTagStart, nok, htmlFlow.tokenize.call(this, effects, ok, nok))
  },
}

function isLineEnd(code: Code): boolean {
  return code === null || (code <= -3 && code >= -5)
}
