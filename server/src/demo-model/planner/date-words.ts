const weekday = '(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?'
const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'
const number = '(?:\\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|a couple of|a few)'
const unit = '(?:hour|day|week|month|year)s?'
const ordinal = '\\d{1,2}(?:st|nd|rd|th)?'

/** Words that stand for a day, clear or not: what a tool cannot read it says itself. */
const phrases = [
  'today',
  'tonight',
  'tomorrow(?: (?:morning|afternoon|evening|night))?',
  'tmrw',
  '(?:the )?day after tomorrow',
  `(?:this |next |the coming |this coming |coming )?${weekday}(?: (?:morning|afternoon|evening|night|next week))?`,
  `(?:${weekday},? )?(?:the )?${ordinal}(?: of)? ${month}(?:,? \\d{4})?`,
  `(?:${weekday},? )?${month} (?:the )?${ordinal}(?:,? \\d{4})?`,
  `(?:next |this |early |late |mid )?${month}(?: \\d{4})?`,
  `the ${ordinal}`,
  '(?:the )?end of (?:the |this |next )?(?:day|week|month|quarter|year)',
  '(?:this |next )(?:week|weekend|month|quarter|year)',
  '(?:the )?weekend',
  `(?:in|within) ${number} ${unit}`,
  `${number} ${unit} from (?:now|today)`,
  '\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}',
  '\\d{1,2}[-/.]\\d{1,2}(?:[-/.]\\d{2,4})?',
  'eod|eow|eom|eoy',
  'q[1-4](?: \\d{4})?',
  "christmas(?: eve)?|easter|new year(?:[’']?s)?(?: eve)?|thanksgiving|halloween",
]
const time = "(?: (?:at )?\\d{1,2}(?::\\d{2})? ?(?:am|pm|o[’']?clock)| at \\d{1,2}(?::\\d{2})?| at noon| at midnight)?"

/** In a pattern: the words for a day, with or without a time of it. */
export const dateWords = `(?:(?:${phrases.join('|')})${time})`

const lead = String.raw`(?:by|on|before|until|till|due(?: date)?(?: is| on| by|:)?|(?:with )?(?:an? |the |its )?(?:target|deadline|due date|target date)(?: date)?(?: is| of| on| by| for|:)?)`
const introduced = new RegExp(String.raw`^(?<rest>.+?)[,;]?\s+(?:and |with )?${lead} (?<date>${dateWords})$`, 'iu')
/** Without a word before it only what can hardly be a part of a title. */
const bare = new RegExp(
  String.raw`^(?<rest>.+?),? (?<date>(?:today|tonight|tomorrow(?: (?:morning|afternoon|evening|night))?|tmrw|(?:the )?day after tomorrow|(?:this |next )?${weekday}(?: (?:morning|afternoon|evening|night))?|in ${number} ${unit}|\d{4}-\d{1,2}-\d{1,2})${time})$`,
  'iu',
)
/** "Prepare for Monday" is about Monday and not due then. */
const dangling = /\b(?:for|of|about|from|since|with|after|around|than|and|or|the|to|at|every|each|not|like|except|between)$/iu

const whole = new RegExp(`^${dateWords}$`, 'iu')

/** A text without the date at its end, and that date in its own words. */
export function splitDate(text: string): { rest: string; date: string } | null {
  for (const pattern of [introduced, bare]) {
    const { rest, date } = pattern.exec(text)?.groups ?? {}
    if (rest !== undefined && date !== undefined && !dangling.test(rest)) return { rest, date }
  }
  return null
}

export function isDateWords(text: string): boolean {
  return whole.test(text)
}
