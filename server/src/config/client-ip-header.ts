/**
 * Names the client's address to better-auth. The HTTP front overwrites it on every request; `X-Forwarded-For` is never
 * believed, because any client could then pass for another address.
 */
export const clientIpHeader = 'x-holdfast-client-ip'
