/** A placeholder for text. */
export function Skeleton({ className = '' }: { readonly className?: string }) {
  return <span aria-hidden className={`block h-3.5 animate-pulse rounded-sm bg-hover ${className}`} />
}
