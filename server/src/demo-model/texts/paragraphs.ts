const sentences = [
  'A holdfast is the part of a seaweed that grips the rock.',
  'It has no roots, because it takes nothing from the stone.',
  'It only has to stay where it is.',
  'Waves pull at it all day, and it does not answer them.',
  'The blade above moves with the water and comes back.',
  'When a storm breaks a blade, a new one grows from what was held.',
  'Small animals live between its branches, where the current is slow.',
  'Some of them are older than the weed itself.',
  'The rock keeps a mark long after the weed has gone.',
  'At low tide you can see how little it needs.',
  'At high tide you see only what it carries.',
] as const

/** Numbered paragraphs, each a little different, so that a missing one can be seen. */
export function writeParagraphs(count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const text = Array.from({ length: 5 }, (__, at) => sentences[(index * 3 + at * 2) % sentences.length])
    return `**Paragraph ${index + 1} of ${count}.** ${text.join(' ')}`
  }).join('\n\n')
}
