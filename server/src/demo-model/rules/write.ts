import { createWordRule, textPlan, type DemoRule } from '../reply-plan.ts'
import { longAnswer } from '../texts/long-answer.ts'
import { writeParagraphs } from '../texts/paragraphs.ts'
import { code, emoji, list, table } from '../texts/samples.ts'

const maxParagraphs = 100

/** `write 12 paragraphs`, `many paragraphs`. */
const paragraphsRule: DemoRule = ({ question }) => {
  const found = /(?:\b(?<count>\d{1,6}) )?\bparagraphs?\b/iu.exec(question)
  if (!found) return null
  const asked = Number(found.groups?.['count'] ?? (/\bmany\b/iu.test(question) ? 20 : 5))
  return textPlan(writeParagraphs(Math.min(Math.max(asked, 1), maxParagraphs)))
}

const verb = String.raw`(?:show|write|give|make|draw|print|send|display|create)`

/** Requests for a kind of content: the prepared samples. A bare word, such as `table`, is enough. */
export const writeRules: readonly DemoRule[] = [
  paragraphsRule,
  ...(
    [
      ['tables?', table],
      ['(?:code|functions?|programs?|snippets?)', code],
      ['lists?', list],
      ['emojis?', emoji],
    ] as const
  ).map(([word, sample]) =>
    createWordRule(
      new RegExp(String.raw`^\W*(?:an? |some |the )?${word}\W*(?:please\W*)?$|\b${verb}.*\b${word}\b`, 'isu'),
      sample,
    ),
  ),
  createWordRule(
    /\blong(?:er)? (?:answer|text|reply|message|story|essay|one)\b|\b(?:write|tell|say)\b.*\blong\b|\bessay\b/isu,
    longAnswer,
  ),
]
