/** A model's id for people: without the mark of the provider that was added for it in the page. */
export function modelToName(model: string): string {
  return model.replace(/^[a-z-]+-[\da-f]{8}\//u, '')
}
