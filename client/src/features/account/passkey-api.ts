import * as z from 'zod/mini'
import { passkeyGet, passkeyPost } from './auth-api.ts'

/** Whether this browser can make and use passkeys. Older ones lack the conversions to and from JSON. */
export function canUsePasskeys(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function'
}

const passkeysSchema = z.array(
  z.object({
    id: z.string(),
    name: z.optional(z.nullable(z.string())),
    createdAt: z.optional(z.nullable(z.string())),
    deviceType: z.string(),
  }),
)
export const listPasskeys = async () => passkeysSchema.parse(await passkeyGet('list-user-passkeys'))
export const deletePasskey = (id: string) => passkeyPost('delete-passkey', { id })

/** Has the device make a passkey for the present account. False: the person stopped it. */
export async function addPasskey(name: string): Promise<boolean> {
  const options = (await passkeyGet('generate-register-options')) as PublicKeyCredentialCreationOptionsJSON
  const response = await ask(() =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  )
  if (response === null) return false
  await passkeyPost('verify-registration', { response, name })
  return true
}

/** Signs in by a passkey of this server. False: the person stopped it, or has none on this device. */
export async function signInByPasskey(): Promise<boolean> {
  const options = (await passkeyGet('generate-authenticate-options')) as PublicKeyCredentialRequestOptionsJSON
  // A guest has none; any of this server will do.
  const response = await ask(() =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
  )
  if (response === null) return false
  await passkeyPost('verify-authentication', { response })
  return true
}

async function ask(act: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const credential = await act()
    return credential instanceof PublicKeyCredential ? credential.toJSON() : null
  } catch (error) {
    // Stopped, or timed out.
    if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')) return null
    throw error
  }
}
