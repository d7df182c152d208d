/** The package has no types. */
declare module 'heic-decode' {
  interface HeicPicture {
    readonly width: number
    readonly height: number
    /** Four bytes a pixel. */
    decode(): Promise<{ readonly width: number; readonly height: number; readonly data: Uint8ClampedArray<ArrayBuffer> }>
  }
  const heic: { all(input: { readonly buffer: Uint8Array }): Promise<readonly HeicPicture[] & { dispose(): void }> }
  export default heic
}
