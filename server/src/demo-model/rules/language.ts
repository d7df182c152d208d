import { textPlan, type DemoRule } from '../reply-plan.ts'
import { otherLanguage } from '../texts/about.ts'

/** Small words and greetings of the languages that are met most, without those that are English words too. */
const foreignWords = new Set(
  `der das und ich nicht ist wie ein eine für mit auf sind kannst bitte hallo danke mir wir
  le la de les une des et je est pas que qui avec pour vous bonjour salut merci dans quel quelle comment
  el los las una es qué por para con cómo como hola gracias puedes eres del cuál
  il che di è per non sono ciao grazie puoi perché gli della
  os um uma não você olá obrigado obrigada qual são com
  het een ik niet wat hoe zijn je dank
  jak nie czy się cześć merhaba nasıl bir ve için hej och inte är jag`.split(/\s+/u),
)
const englishWords = new Set(
  `the a an and or is are was were be to of in on for with it this that what who how why when where which you your i me my can
  could do does did will would should please show tell write give make say have has not no yes hello`.split(/\s+/u),
)

/** Whether a text seems to be in another language than English. Short or mixed texts get the benefit of the doubt. */
export function isOtherLanguage(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? []
  const foreignLetters = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter))
  if (letters.length > 0 && foreignLetters.length / letters.length > 0.3) return true
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  const foreign = words.filter((word) => foreignWords.has(word)).length
  const english = words.filter((word) => englishWords.has(word)).length
  return foreign > english && foreign / words.length >= 0.2
}

export const languageRule: DemoRule = ({ question }) => (isOtherLanguage(question) ? textPlan(otherLanguage) : null)
