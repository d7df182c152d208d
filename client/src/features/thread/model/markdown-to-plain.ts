/**
 * The words of a Markdown text as a reader sees them, near enough to count what is found in messages that are not on the screen: marks
 * of emphasis, headings, lists, tables and links are gone, code stays as it is.
 */
export function markdownToPlain(markdown: string): string {
  if (!/[*_`~[\]#<>|\\+-]|\d[.)]/u.test(markdown)) return markdown
  let fence: string | null = null
  const lines: string[] = []
  for (const line of markdown.split('\n')) {
    const mark = /^\s*(?:>\s?)*\s*(`{3,}|~{3,})/u.exec(line)?.[1]
    if (fence !== null) {
      if (mark && mark.startsWith(fence) && line.trim().endsWith(mark)) fence = null
      else lines.push(line)
    } else if (mark) fence = mark
    else if (!/^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$/u.test(line)) lines.push(lineToPlain(line))
  }
  return lines.join('\n')
}

function lineToPlain(line: string): string {
  const isRow = line.trimStart().startsWith('|')
  return inlineToPlain(
    line
      .replace(/^(?:\s*>)+\s?(?:\[!(?:note|tip|important|warning|caution)\]\s?)?/iu, '')
      .replace(/^\s*(?:<\/?(?:details|summary)>\s*)+/iu, '')
      .replace(/(?:\s*<\/?(?:details|summary)>)+\s*$/iu, '')
      .replace(/<\/summary>/iu, '\n')
      .replace(/^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/u, '')
      .replace(/^\s{0,3}#{1,6}\s+/u, '')
      .replace(/^\s*\[[^\]]+\]:\s+\S+.*$/u, ''),
  ).replaceAll(isRow ? '|' : '\u0000', ' ')
}

/** Inside a code span no other syntax applies. */
function inlineToPlain(text: string): string {
  return text
    .split(/(`+[^`]+`+)/u)
    .map((segment, index) =>
      index % 2 === 1
        ? segment.replaceAll('`', '')
        : segment
            .replace(/!?\[([^\]]*)\]\([^)]*\)/gu, '$1')
            .replace(/\[([^\]]*)\]\[[^\]]*\]/gu, '$1')
            .replace(/(?<!\\)\*{1,3}|(?<!\\)~~|(?<![\p{L}\p{N}])_{1,3}|_{1,3}(?![\p{L}\p{N}])/gu, '')
            .replace(/<\/?br\s*\/?>/giu, '\n')
            .replace(/<\/?(?:sub|sup|kbd|mark|u|s)\s*>/giu, '')
            .replace(/\\([!-/:-@[-`{-~])/gu, '$1'),
    )
    .join('')
}
