import { textPlan, type DemoRule } from '../reply-plan.ts'

const maxCount = 5000
const numbersByWord: Readonly<Record<string, number>> = {
  three: 3,
  five: 5,
  ten: 10,
  twenty: 20,
  fifty: 50,
  hundred: 100,
  'a hundred': 100,
  'one hundred': 100,
  thousand: 1000,
  'a thousand': 1000,
  'one thousand': 1000,
}
const words = Object.keys(numbersByWord)
  .toSorted((a, b) => b.length - a.length)
  .join('|')
const request = new RegExp(
  String.raw`\bcount\b(?:.*?\bfrom (?<from>\d{1,9}))?.*?\b(?:to|until|till) (?<to>\d[\d,.']*|${words})`,
  'isu',
)

/** `count to 500`, `count from 10 to 20`, `count slowly to ten`: numbers in order, so that a gap is easy to see. */
export const countRule: DemoRule = ({ question }) => {
  const found = request.exec(question)?.groups
  if (!found?.['to']) return null
  const from = Number(found['from'] ?? 1)
  const asked = numbersByWord[found['to'].toLowerCase()] ?? Number(found['to'].replaceAll(/\D/gu, ''))
  const to = Math.min(asked, from + maxCount - 1)
  if (to < from) return textPlan(`I only count upwards. ${asked} comes before ${from}.`)
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index).join(' ')
  return textPlan(to < asked ? `${numbers}\n\nI stop here: I count ${maxCount} numbers at most.` : numbers)
}
