/** A tool refuses a call and has done nothing. The model reads the message, and so may the person. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
}

/** By its name: the file of a developer may have loaded this module once more. */
export function isToolError(error: unknown): error is ToolError {
  return error instanceof Error && error.name === 'ToolError'
}
