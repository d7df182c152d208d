/** Progress from 0 to 1. `words` is the text alternative. */
export function ProgressBar({ label, share, words }: { readonly label: string; readonly share: number; readonly words: string }) {
  const percent = Math.round(share * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={words}
      className="h-1 overflow-hidden rounded-full bg-line"
    >
      <div className="h-full rounded-full bg-accent transition-[width] duration-180 ease-calm" style={{ width: `${percent}%` }} />
    </div>
  )
}
