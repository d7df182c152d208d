export interface HighlightedProps {
  readonly text: string
  /** UTF-16 units, in order, none touching another. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[]
}

/** A text with the matches marked. */
export function Highlighted({ text, ranges }: HighlightedProps) {
  return (
    <>
      {ranges.map(({ start, end }, index) => (
        <span key={start}>
          {text.slice(ranges[index - 1]?.end ?? 0, start)}
          <mark className="rounded-[3px] bg-accent-wash font-medium text-accent-strong">{text.slice(start, end)}</mark>
        </span>
      ))}
      {text.slice(ranges.at(-1)?.end ?? 0)}
    </>
  )
}
