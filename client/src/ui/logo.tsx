/** The product's logo: the part of a seaweed that grips the rock. */
export function Logo({ size = 20, className = '' }: { readonly size?: number; readonly className?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="4 3 24 25"
      fill="none"
      stroke="currentColor"
      strokeWidth={2.2}
      strokeLinecap="round"
      aria-hidden
      className={className}
    >
      <path d="M16 4.5c-2.8 3.6 2.8 6.4 0 10" />
      <path d="M16 14.5V20" />
      <path d="M16 18.2c-1.2 3.6-4.4 3.4-7.8 7" />
      <path d="M16 18.2c1.2 3.6 4.4 3.4 7.8 7" />
      <path d="M16 19.6c-.4 2.8-1.5 4.6-2.6 6.9" />
      <path d="M16 19.6c.4 2.8 1.5 4.6 2.6 6.9" />
    </svg>
  )
}
