/** A text as a block of code in Markdown, with a fence that is longer than every run of backticks in it. */
export function toFence(text: string, language: string): string {
  let longest = 2
  for (const [run] of text.matchAll(/`+/gu)) longest = Math.max(longest, run.length)
  const fence = '`'.repeat(longest + 1)
  return `${fence}${/^[\w+#-]+$/u.test(language) && language !== 'unknown' ? language : ''}\n${text}\n${fence}`
}
