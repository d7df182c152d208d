/** A file is not taken. The message is a sentence for the person who uploaded it. */
export class FileRefusal extends Error {
  override readonly name = 'FileRefusal'
}
