const slow = 12
const usual = 80
const fast = 400

/** Tokens a second: about what a hosted model does, unless the question asks for something else. */
export function questionToSpeed(question: string): number {
  if (/\b(?:slow|slowly|slower)\b/iu.test(question)) return slow
  return /\b(?:fast|faster|quick|quickly)\b/iu.test(question) ? fast : usual
}
