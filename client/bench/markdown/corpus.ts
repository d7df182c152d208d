/** Typical output of a model, repeated until it has the requested length; the same in each run. */
const corpusNames = [
  'mixed',
  'code',
  'list',
  'table',
  'paragraph',
  'nested list',
  'list item',
  'quote',
  'hard breaks',
  'html',
  'footnotes',
  'references',
] as const

export type CorpusName = (typeof corpusNames)[number]

/** A text of exactly `length` UTF-16 units. */
export function createCorpus(name: CorpusName, length: number): string {
  const piece = pieces[name]
  let text = heads[name]
  for (let index = 0; text.length < length; index += 1) text += piece(index)
  return text.slice(0, length)
}

const words =
  'every answer is kept in a log before anyone can see it so that a reader who was away comes back to exactly what was missed and nothing is shown twice whatever happens to the network'.split(
    ' ',
  )

function prose(index: number, count: number): string {
  return Array.from({ length: count }, (_, place) => words[(index * 7 + place * 3) % words.length]).join(' ')
}

const heads: Record<CorpusName, string> = {
  mixed: '',
  code: '```ts\n',
  list: '',
  table: '| Name | State | Count |\n| --- | :-: | --: |\n',
  paragraph: '',
  'nested list': '',
  'list item': '1. The only item\n\n',
  quote: '',
  'hard breaks': '',
  html: '<div>\n',
  footnotes: '',
  references: '',
}

const codeLine = (index: number) =>
  index % 7 === 6 ? '}\n' : `  const value${index} = compute(${index}, 'part ${index % 13}') // ${prose(index, 3)}\n`

const pieces: Record<CorpusName, (index: number) => string> = {
  mixed: (index) => mixedPieces[index % mixedPieces.length]?.(index) ?? '',
  code: codeLine,
  list: (index) => `- **Item ${index}** with \`code ${index}\` and ${prose(index, 6)}\n`,
  table: (index) => `| row ${index} | **${prose(index, 2)}** | ${index * 17} \`ms\` |\n`,
  'nested list': (index) =>
    index % 12 === 0
      ? `- **Point ${index}** of ${prose(index, 5)}\n`
      : `${'  '.repeat(1 + (index % 3 === 0 ? 0 : 1))}- ${prose(index, 8)} with \`code ${index}\`\n`,
  'list item': (index) =>
    index % 6 === 5
      ? `   \`\`\`ts\n${Array.from({ length: 6 }, (_, line) => `   ${codeLine(index + line)}`).join('')}   \`\`\`\n\n`
      : `   ${prose(index, 22)}, **${prose(index, 2)}**.\n\n`,
  quote: (index) => `> ${prose(index, 22)}, **${prose(index, 2)}** and \`${prose(index, 1)}\`.\n>\n`,
  'hard breaks': (index) => `${prose(index, 9)}, *${prose(index, 2)}*  \n`,
  html: (index) => `  <p class="c${index}">${prose(index, 12)}</p>\n`,
  footnotes: (index) => `${prose(index, 20)}[^${index}] and ${prose(index, 9)}.\n\n[^${index}]: ${prose(index, 12)}.\n\n`,
  references: (index) =>
    `${prose(index, 12)} [${prose(index, 2)}][r${index}], ${prose(index, 9)} [r${index}].\n\n[r${index}]: https://example.org/${index}\n\n`,
  paragraph: (index) => `${prose(index, 9)}, **${prose(index, 2)}** and \`${prose(index, 1)}\`: ${prose(index + 3, 8)}. `,
}

const mixedPieces: readonly ((index: number) => string)[] = [
  (index) => `## ${index}. ${prose(index, 4)}\n\n`,
  (index) =>
    `${prose(index, 24)}, **${prose(index, 3)}**, *${prose(index, 2)}* and \`${prose(index, 1)}()\`; see [the note](https://example.org/${index}).\n\n`,
  (index) =>
    `- ${prose(index, 8)}\n- **${prose(index, 2)}**: ${prose(index, 9)}\n  - ${prose(index, 5)}\n  - [x] ${prose(index, 4)}\n- ${prose(index, 7)}\n\n`,
  (index) =>
    `| Name | Value | Note |\n| --- | ---: | --- |\n${Array.from({ length: 5 }, (_, row) => `| ${prose(row, 1)} | ${index * row} | ${prose(index + row, 4)} |\n`).join('')}\n`,
  (index) =>
    `\`\`\`${['ts', 'python', 'sql'][index % 3]}\n${Array.from({ length: 12 }, (_, line) => codeLine(index + line)).join('')}\`\`\`\n\n`,
  (index) => `> ${prose(index, 16)}\n> ${prose(index + 1, 9)}\n\n`,
  (index) => `1. ${prose(index, 6)}\n2. ${prose(index + 1, 6)}\n3. ${prose(index + 2, 6)}\n\n`,
  (index) => `${prose(index, 40)}. ${prose(index + 1, 20)}.\n\n---\n\n`,
]
