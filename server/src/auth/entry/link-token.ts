import { APIError } from 'better-auth/api'
import { z } from 'zod'

/** The token of a link; a wrong one is told from no other. */
export const linkTokenSchema = z.string().min(1).max(200)

export function linkRefused(): APIError {
  return new APIError('FORBIDDEN', {
    code: 'LINK_REFUSED',
    message: 'This link does not work: it was used already, has expired, or was withdrawn. Ask for a new one',
  })
}
