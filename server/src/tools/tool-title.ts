/** What people call one of our tools: `add_task` is "Add task". */
export function toolToTitle({ name }: { readonly name: string }): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
