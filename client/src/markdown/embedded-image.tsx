/** Maximum length of an image's address, in characters. */
const maxLength = 2_000_000

const imageAddress = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/u

/** Whether an address contains an image that cannot run or load anything, unlike SVG. */
export function isEmbeddedImage(address: string | undefined): address is string {
  return address !== undefined && address.length <= maxLength && imageAddress.test(address)
}

/** An image that is part of the text. */
export function EmbeddedImage({ address, alt }: { readonly address: string; readonly alt: string }) {
  return <img src={address} alt={alt} className="max-w-full rounded-sm" />
}
