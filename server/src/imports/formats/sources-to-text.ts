/** Where an answer took something from. */
export interface Citation {
  readonly title: string | null
  readonly url: string | null
}

/** The sources of an answer as a list below it, each once; empty without any. */
export function sourcesToText(citations: readonly Citation[]): string {
  const lines = citations.flatMap(({ title, url }) => {
    const name = (title ?? url)?.replaceAll(/[[\]\s]+/gu, ' ').trim()
    if (name === undefined || name === '') return []
    return url !== null && /^https?:\/\/\S+$/u.test(url)
      ? `- [${name}](<${url.replaceAll(/[<>]/gu, encodeURIComponent)}>)`
      : `- ${name}`
  })
  return lines.length === 0 ? '' : `\n\n${[...new Set(lines)].join('\n')}`
}
