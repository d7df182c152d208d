/**
 * JSON with the members of every object in the order of their names (UTF-16 code units) and no spaces, as RFC 8785 has it: the same value
 * always gives the same text. For values that JSON can hold.
 */
export function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
    // Without a prototype, so that a member named __proto__ is one like the others.
    const sorted = Object.create(null) as Record<string, unknown>
    for (const [name, inner] of Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1))) sorted[name] = inner
    return sorted
  })
}
