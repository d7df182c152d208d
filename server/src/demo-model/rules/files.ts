import { textPlan, type DemoRule } from '../reply-plan.ts'

/** As the prompt names a file: `File "notes.txt" (text/plain, 5 characters of text):`, then its text in a fence. */
const file = /^File "(?<name>[^"\n]*)" \((?<about>[^\n]*)\)(?<rest>[,:][^\n]*)\n?(?<fence>`{3,})?\n?(?<text>[\s\S]{0,120})/gmu
const intro = /^The user attached these files\./u

/** Names the files of the question, and shows how the text of each begins: a demo cannot do more with them. */
export const filesRule: DemoRule = ({ question, pictures = 0 }) => {
  if (!intro.test(question)) return null
  const lines = [...withoutFences(question)].map(({ name, about, begin }) => {
    const start = begin === '' ? '' : `, which begins with “${begin}”`
    return `- **${name}** (${about})${start}`
  })
  const seen = pictures === 0 ? '' : ` ${pictures === 1 ? 'One picture' : `${pictures} pictures`} came along as it is.`
  return textPlan(
    `These files reached me:\n\n${lines.join('\n')}\n\nI am the built-in demo, so I can name them but not read or look at them.${seen} A real model can: set \`OPENAI_API_KEY\` or \`OPENAI_BASE_URL\`.`,
  )
}

/** The files of a question. What stands in a fence is content, whatever it looks like. */
function* withoutFences(question: string): Generator<{ name: string; about: string; begin: string }> {
  let at = 0
  while (true) {
    file.lastIndex = at
    const found = file.exec(question)
    const groups = found?.groups
    if (!found || !groups) return
    const { name = '', about = '', fence, text = '' } = groups
    const begin = fence === undefined ? '' : toBeginning(text.split(fence)[0] ?? '')
    yield { name, about, begin }
    const opening = fence === undefined ? -1 : question.indexOf(`${fence}\n`, found.index)
    const closing = fence === undefined ? -1 : question.indexOf(`\n${fence}`, opening + fence.length)
    at = closing === -1 ? found.index + 6 : closing
  }
}

/** The first line with something in it, without what Markdown would read. */
function toBeginning(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? ''
  return line
    .replaceAll(/[`*_[\]<>|\\]/gu, '')
    .trim()
    .slice(0, 60)
}
