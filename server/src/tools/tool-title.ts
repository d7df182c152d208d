/** The display name of one of our tools: "Add task" for `add_task`. */
export function toolToTitle({ name }: { readonly name: string }): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
