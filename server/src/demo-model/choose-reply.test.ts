import { describe, expect, test } from 'vitest'
import { chooseReply } from './choose-reply.ts'
import { readDemoRequest, type DemoRequest } from './demo-request.ts'
import * as about from './texts/about.ts'
import { longAnswer } from './texts/long-answer.ts'
import { code, emoji, list, table } from './texts/samples.ts'

function ask(...turns: readonly string[]): DemoRequest {
  const messages = turns.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }))
  return { model: 'demo-rules', isStream: true, wantsUsage: true, messages, toolNames: [], question: turns.at(-1)?.trim() ?? '' }
}

function answerTo(...turns: readonly string[]): string {
  const { plan } = chooseReply(ask(...turns))
  return plan.kind === 'text' ? plan.text : JSON.stringify(plan.calls)
}

describe('the demo', () => {
  test.each([
    ['hello', about.greeting],
    ['Hi there.', about.greeting],
    ['help', about.help],
    ['What can you do?', about.help],
    ['Who are you?', about.whoIAm],
    ['Are you an AI?', about.whoIAm],
    ['What is Holdfast?', about.whatHoldfastIs],
    ['How do I add a key?', about.howToAddAKey],
    ['where do I put my API key', about.howToAddAKey],
    ['How can I use Ollama with this?', about.howToAddAKey],
    ['I want a real model', about.howToAddAKey],
    ['What happens if I close the tab?', about.ifYouLeave],
    ['what happens when the server restarts while you write an answer', about.ifYouLeave],
    ['How do I stop an answer?', about.howToStop],
    ['thank you', about.thanks],
    ['bye', about.goodbye],
    ['Write a long answer.', longAnswer],
    ['Please tell me a long story about the sea', longAnswer],
    ['table', table],
    ['Show me a table, please.', table],
    ['write some code', code],
    ['Give me a list', list],
    ['emoji', emoji],
    ['...', about.emptyQuestion],
    ['', about.emptyQuestion],
  ])('recognises %j', (question, expected) => {
    expect(answerTo(question)).toBe(expected)
  })

  test.each([
    'What is the capital of France?',
    'Who founded OpenAI?',
    'What is 2 + 2?',
    'Which keys does a piano have?',
    'What is the periodic table?',
    'How tall is the Great Wall?',
    'Great Wall of China',
    'How do I stop smoking?',
    'Is a tomato a fruit?',
  ])('says that it cannot answer %j', (question) => {
    expect(answerTo(question)).toBe(about.cannotAnswer)
  })

  test.each([
    'Was ist die Hauptstadt von Frankreich und wie groß ist sie?',
    'Quelle est la capitale de la France ?',
    '¿Cuál es la capital de Francia?',
    'Qual é a capital da França e o que você sabe dela?',
    'Hallo',
    'ciao',
    'フランスの首都はどこですか',
    'Какая столица Франции?',
    'ما هي عاصمة فرنسا؟',
  ])('says that it only understands a little English: %j', (question) => {
    expect(answerTo(question)).toBe(about.otherLanguage)
  })

  test('says in each of its introductions that it is a program and not an AI', () => {
    for (const text of [
      about.greeting,
      about.help,
      about.whoIAm,
      about.cannotAnswer,
      about.otherLanguage,
      about.whatHoldfastIs,
    ]) {
      expect(text).toContain('a small program with rules, not an AI')
    }
  })

  test('repeats the text that it is asked to say', () => {
    expect(answerTo('say "all is well"')).toBe('all is well')
    expect(answerTo('Repeat: one two')).toBe('one two')
  })
})

describe('counting', () => {
  test.each([
    ['count to 5', '1 2 3 4 5'],
    ['Please count slowly from 8 to 10.', '8 9 10'],
    ['count to three', '1 2 3'],
    ['count from 5 to 1', 'I only count upwards. 1 comes before 5.'],
  ])('%s', (question, expected) => {
    expect(answerTo(question)).toBe(expected)
  })

  test('ends at five thousand', () => {
    const [numbers = '', rest] = answerTo('count to 1,000,000').split('\n\n')
    expect(numbers.split(' ')).toHaveLength(5000)
    expect(numbers.endsWith(' 5000')).toBe(true)
    expect(rest).toBe('I stop here: I count 5000 numbers at most.')
  })
})

describe('paragraphs', () => {
  test.each([
    ['write 12 paragraphs', 12],
    ['many paragraphs', 20],
    ['write a paragraph', 5],
    ['write 9999 paragraphs', 100],
  ])('%s', (question, count) => {
    const paragraphs = answerTo(question).split('\n\n')
    expect(paragraphs).toHaveLength(count)
    expect(paragraphs.at(-1)).toContain(`**Paragraph ${count} of ${count}.**`)
    expect(new Set(paragraphs).size).toBe(count)
  })
})

describe('speed', () => {
  test.each([
    ['count to 500', 80],
    ['count slowly to 500', 12],
    ['write a long answer, fast', 400],
  ])('%s', (question, expected) => {
    expect(chooseReply(ask(question)).tokensPerSecond).toBe(expected)
  })
})

describe('going on', () => {
  const wish = 'Your answer was cut off. Continue exactly where it stops, without repeating or announcing anything.'

  test('gives exactly the rest', () => {
    const half = longAnswer.slice(0, 1001)
    expect(half + answerTo('write a long answer slowly', half, wish)).toBe(longAnswer)
    expect(chooseReply(ask('write a long answer slowly', half, wish)).tokensPerSecond).toBe(12)
    expect(answerTo('count to 5', '1 2', 'continue')).toBe(' 3 4 5')
  })

  test('has nothing to add to a whole answer, and not to a foreign one', () => {
    expect(answerTo('count to 2', '1 2', 'go on')).toBe('There is nothing to continue: my last answer was whole.')
    expect(answerTo('count to 2', 'One, two', wish)).toBe('I cannot continue a text that I did not write.')
  })
})

describe('a title', () => {
  const title = (...messages: readonly { role: string; content: string }[]) => {
    const request = readDemoRequest({ model: 'demo-rules', messages })
    const plan = request && chooseReply(request).plan
    return plan?.kind === 'text' ? plan.text : null
  }
  const instruction = { role: 'system', content: 'Write a title of at most six words.' }

  test('is made of the first words of the conversation', () => {
    expect(title(instruction, { role: 'user', content: 'count to 500, *please*.' })).toBe('Count to 500, please')
    expect(
      title({ role: 'user', content: 'plan my week' }, { role: 'assistant', content: 'x' }, { role: 'user', content: 'Title?' }),
    ).toBe('Plan my week')
    expect(title({ role: 'user', content: 'Give this a title:\n\nplan my week' })).toBe('Plan my week')
  })

  test('has at most sixty characters', () => {
    const words = title(instruction, { role: 'user', content: 'word '.repeat(100) }) ?? ''
    expect([...words].length).toBeLessThanOrEqual(60)
    expect(words.startsWith('Word word')).toBe(true)
  })
})

describe('a request', () => {
  test('may have content in parts and unknown fields', () => {
    const body = {
      model: 'demo-rules',
      temperature: 1,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'hel' },
            { type: 'text', text: 'lo' },
          ],
          name: 'x',
        },
      ],
      tools: [{ type: 'function', function: { name: 'add_task', parameters: {} } }],
    }
    expect(readDemoRequest(body)).toMatchObject({ question: 'hello', isStream: false, toolNames: ['add_task'] })
  })

  test.each([null, 'x', {}, { model: 'm', messages: [] }, { model: 'm', messages: [{ content: 'no role' }] }])(
    '%j is none',
    (body) => {
      expect(readDemoRequest(body)).toBeNull()
    },
  )
})
