/** A tool refuses a call and has done nothing. The model reads the message, and so may the person. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
}
