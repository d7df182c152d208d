import { createWordRule, textPlan, type DemoRule } from '../reply-plan.ts'
import * as about from '../texts/about.ts'

/** `say …` and `repeat …`: the rest of the message. */
const sayRule: DemoRule = ({ question }) => {
  const said = /^(?:please )?(?:say|repeat|echo)\b:?\s+(?<said>.+)$/isu.exec(question)?.groups?.['said']
  return said === undefined ? null : textPlan(said.replace(/^(["“'])(.*)["”']$/su, '$2'))
}

const provider = String.raw`(?:openai|gemini|ollama|vllm|lm studio|(?:real|other|another|different|better|local) (?:ai |language )?(?:model|ai|provider)s?)`

/** The demo's answers about itself and about the chat. General questions that only share a word with them do not match. */
export const talkRules: readonly DemoRule[] = [
  sayRule,
  createWordRule(/\bapi[- ]?keys?\b|\b(?:add|set|use|need|enter|put|configure|provide)\b.*\bkey\b/isu, about.howToAddAKey),
  createWordRule(
    new RegExp(String.raw`\b(?:use|connect|add|set|switch|configure|run|try|support|want|talk to)\b.*\b${provider}\b`, 'isu'),
    about.howToAddAKey,
  ),
  createWordRule(
    /\b(?:if|when|after)\b.*\b(?:clos|leav|left|reload|refresh|restart|disconnect|offline|lose|crash|switch)\w*\b.*\b(?:tab|page|browser|window|laptop|network|connection|internet|server|you|answer|device|offline|away)\b|\b(?:if|when) i (?:close|leave|reload|go|am)\b.*\b(?:offline|away|tab|page|it|this)\b/isu,
    about.ifYouLeave,
  ),
  createWordRule(
    /\b(?:stop|cancel|abort|interrupt)\b(?: \w+){0,2} (?:you|answers?|answering|writing|generating|generations?)\b/iu,
    about.howToStop,
  ),
  createWordRule(
    /\bwho (?:are|made) you\b|\bwhat are you\W*$|\bwhat(?:'s| is) (?:your name|the demo)\b|\bare you (?:an? |really |some |the )*(?:ai|bot|human|person|real|robot|gpt|chatgpt|machine|model|program|llm)\b|\b(?:which|what) (?:ai |language )?model (?:are|is) (?:you|this)\b/iu,
    about.whoIAm,
  ),
  createWordRule(
    /\bholdfast\b|\bhow (?:does|do) (?:this|it|the chat)\b.*\bwork\b|\bwhat is this(?: (?:app|program|site|thing|place|chat|page))?\W*$/isu,
    about.whatHoldfastIs,
  ),
  createWordRule(
    /^\W*help\W*$|\bhelp me\b|\bwhat (?:else )?can (?:you|i) (?:do|say|ask|try)\b|\bwhat do you (?:do|understand|know)\b/iu,
    about.help,
  ),
  createWordRule(/\bhow are you\b|\bhow(?:'s| is) it going\b/iu, about.howAreYou),
  createWordRule(
    /^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|test|testing|ping)\b[^?]{0,30}$/iu,
    about.greeting,
  ),
  createWordRule(/^\W*(?:thanks|thank you|thx)\b[^?]{0,40}$|^\W*(?:great|nice|cool|good|perfect|ok|okay)\W*$/iu, about.thanks),
  createWordRule(/^\W*(?:bye|goodbye|good night|see you)\b[^?]{0,30}$/iu, about.goodbye),
]
