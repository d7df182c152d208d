/** A fenced code block. Its fence is longer than every run of backticks in the text, so that nothing inside can close it. */
export function toFencedBlock(text: string, infoString: string): string {
  const longestRun = Math.max(2, ...Array.from(text.matchAll(/`+/gu), ([run]) => run.length))
  const fence = '`'.repeat(longestRun + 1)
  return `${fence}${infoString}\n${text}\n${fence}`
}
