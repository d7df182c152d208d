/** Stands where text will be, as wide as it might be. */
export function Skeleton({ className = '' }: { readonly className?: string }) {
  return <span aria-hidden className={`block h-3.5 animate-pulse rounded-sm bg-hover ${className}`} />
}
