import { readFileSync } from 'node:fs'

// Messages that are no instruction to the planner, built from templates and fillers. None of them may cause a tool call.

const titles = ['buy milk', 'call Bob', 'pay the rent', 'water the plants', 'write the report', 'book a flight']
const dates = ['by Friday', 'tomorrow', 'by 2026-12-01', 'next week', 'by the end of the month']

/** Instructions as such: each of them alone is a request. */
export const commands: readonly string[] = [
  ...titles.flatMap((title) => [
    `add a task to ${title}`,
    `create a task called ${title}`,
    `add '${title}' to my to-do list`,
    `mark ${title} as done`,
    `complete the task '${title}'`,
    `delete the task '${title}'`,
    `delete the task ${title}`,
    `remove the ${title} task`,
    `rename the task '${title}' to 'something else'`,
    `move the task '${title}' to next Monday`,
    `reopen the task '${title}'`,
    `create a milestone '${title}'`,
    `create a goal called ${title}`,
    `mark the milestone '${title}' as reached`,
    `mark the goal '${title}' as abandoned`,
  ]),
  ...dates.map((date) => `add a task to buy milk ${date}`),
  "create milestone 'Test Milestone' target 2025-12-31",
  'show my tasks',
  'list my goals',
]

/** Ways to talk about an instruction without giving it. `%` stands for the instruction. */
const frames = [
  // Negations
  "don't %",
  'Please do not %.',
  'Do not %!',
  'Never %.',
  "I didn't ask you to %.",
  'No need to %.',
  "You don't have to %.",
  'You should not %.',
  "Let's not %.",
  "I don't want you to %.",
  'Whatever you do, do not %.',
  'Stop! Do not %.',
  'I would rather not %.',
  '% - no, wait, do not.',
  '%. Just kidding.',
  '%. No, forget it.',
  '%? Absolutely not.',
  '% never mind',
  'I changed my mind, do not % after all.',
  "I can't % today.",
  'Under no circumstances %.',
  // Questions
  'How do I %?',
  'How can I %?',
  'Why would you %?',
  'Why did you %?',
  'Did you %?',
  'Should I %?',
  'Should we % or not?',
  'What happens when I %?',
  'What does it cost to %?',
  'Is it possible to %?',
  'Is it a good idea to %?',
  'When should I %?',
  'Who told you to %?',
  'Where do I click to %?',
  'Are you able to %?',
  'Do I have to %?',
  'Have you ever had to %?',
  'Was it wrong to %?',
  'Which button do I press to %?',
  'Do you know how to %?',
  'May I %?',
  'Must I % first?',
  '% or not?',
  // Hypotheticals and conditions
  'If I were to %, what would happen?',
  'If you %, I will be angry.',
  'Suppose I %.',
  'What if I %?',
  'Imagine that you %.',
  'Imagine: %.',
  'Let us say that I %.',
  'Assuming that we %, what comes next?',
  'I might % later.',
  'I could %.',
  'I may % at some point.',
  'Perhaps I will %.',
  'Maybe we should %.',
  'Someone should %.',
  'Unless you %, nothing changes.',
  'Before you %, read the manual.',
  'After you %, tell me about it.',
  'When I say so, %.',
  'In case of fire, %.',
  'One day I will %.',
  'It would be nice to %.',
  'Hypothetically, %.',
  'Pretend to %.',
  'For example, %.',
  // Reports and stories
  'My boss told me to %.',
  'She asked him to %.',
  'Yesterday I had to %.',
  'He forgot to %.',
  'They always %.',
  'I tried to %, and it failed.',
  'I remember when people used to %.',
  'The manual says: %.',
  'The tutorial begins with the words %.',
  'In the film a robot has to %.',
  'Nobody wants to %.',
  'It took me an hour to %.',
  'I was just about to %.',
  'We decided to % together.',
  'The app refuses to %.',
  'Every morning I %.',
  'I hate it when I have to %.',
  'I was told that I must %.',
  'My sister likes to %.',
  'The assistant claimed to %.',
  // Quotations and language
  'What does "%" mean?',
  'Translate "%" into French.',
  'Translate into German: %.',
  'Is "%" good English?',
  'He said: "%".',
  '"%"',
  '“%”',
  '"%," she said.',
  'The button says "%".',
  'I typed "%" and nothing happened.',
  'How many words are in "%"?',
  'Write a poem with the line "%".',
  'Say "%".',
  'The opposite of "%" is what?',
  'Explain the sentence: %.',
  'Rewrite this more politely: %.',
  'Summarize: %.',
  // Code
  '```\n%\n```',
  '> %',
  '`%`',
  '// %',
  '# %',
  '/* % */',
  '<li>%</li>',
  '$ echo "%"',
  'console.log("%")',
  'git commit -m "%"',
  'const label = "%"',
  '{ "text": "%" }',
  '- [ ] %\n- [x] something else that I did',
  'print("%")',
  'expect(page).toContain("%")',
  '[%](https://example.com)',
  '| % | yes |',
]

/** A word before an instruction that makes it no instruction, or another person's. */
const words = `abandon about above across actually after again against almost already although always anyone apparently around as
  barely because before behind below beside between beyond bob both but cannot certainly clearly could despite does down during
  either enough even ever everybody except few finally-not forget forgot frankly from had hardly has have he her his however i if
  imagine in indeed inside instead into is it its just-a lately like likely many maybe me meanwhile might mine more most mostly
  much must my myself nearly neither never no nobody none nor nothing obviously of off often on once only onto or other others
  otherwise ought our out outside over perhaps probably quite rarely rather really recently seldom several shall she should since
  some somebody someone sometimes soon still such suddenly supposedly surely than that the their them there therefore these they
  this those though through thus till to today tomorrow too toward twice unfortunately unless unlike until unto up upon us usually
  very was we were what whatever whenever where whereas wherever whether which while who whoever whole whom whose why with within
  without wonder would-not yesterday yet your yourself`.split(/\s+/u)

/** Endings that make an instruction conditional, or no instruction. */
const tails = [
  'if it rains',
  'if you think that it helps',
  'unless Bob did it',
  'because the manual says so',
  'is what he said',
  'was the first thing on the page',
  'means that I have to do it',
  'or do not',
  'but only when I say so',
  'should be possible in any good app',
  'would be nice',
  'and then tell me a joke',
  'instead of the other one',
  'when I am at home',
  'in Excel, how does that work',
  'just kidding',
  'haha no',
  'actually no',
  'scratch that',
  ', on second thought do not',
  'lol',
  'and mark it as done',
  'and tell me a joke',
  'and delete it afterwards',
  'and remind me of it',
  'then explain it to me',
  'never mind',
]

const foods = ['salt', 'two eggs', 'a pinch of sugar', 'the onions', 'olive oil', 'flour', 'garlic']
const dishes = ['soup', 'dough', 'sauce', 'salad', 'pan', 'recipe', 'mixture', 'list of ingredients']
const objects = [
  'file',
  'folder',
  'stain',
  'splinter',
  'plugin',
  'battery',
  'column',
  'last paragraph',
  'old version',
  'comment',
  'browser history',
]
const places = [
  'my computer',
  'the carpet',
  'the spreadsheet',
  'the document',
  'my finger',
  'the database',
  'the fridge',
  'the wall',
]
const works = [
  'sentence',
  'puzzle',
  'essay',
  'form',
  'circuit',
  'sequence 1, 2, 4, 8',
  'survey',
  'story',
  'poem',
  'proof',
  'level',
  'marathon',
]
const things = [
  'story',
  'password',
  'website',
  'table',
  'logo',
  'playlist',
  'budget',
  'workout plan',
  'meal plan',
  'slide deck',
  'timer',
  'reminder',
  'calendar event',
  'shopping list',
]
const purposes = ['my sister', 'a wedding', 'the team', 'a rainy day', 'five people', 'tomorrow', 'beginners', 'next Friday']
const topics = [
  'the Roman Empire',
  'photosynthesis',
  'quantum physics',
  'my contract',
  'the moon',
  'jazz',
  'the French Revolution',
  'black holes',
  'inflation',
  'chess',
  'tax law',
  'the weather',
]
const people = ['Mark', 'Anna', 'my boss', 'the teacher', 'our team', 'the referee', 'Mark Twain', 'the coach']
const deeds = [
  'run a marathon',
  'learn Spanish',
  'save money',
  'sleep more',
  'write a book',
  'eat less sugar',
  'get a promotion',
  'be happy',
]
const adjectives = ['hard', 'boring', 'easy', 'impossible', 'urgent', 'pointless', 'fun', 'done', 'complete', 'finished']

function fill(template: string, ...fillers: readonly (readonly string[])[]): string[] {
  return fillers.reduce<string[]>(
    (sentences, options) => sentences.flatMap((sentence) => options.map((option) => sentence.replace('%', option))),
    [template],
  )
}

const everyday = [
  ...fill('Add % to the %.', foods, dishes),
  ...fill('Put % in the %.', foods, dishes),
  ...fill('Remove the % from %.', objects, places),
  ...fill('Delete the % from %.', objects, places),
  ...fill('How do I remove a % from %?', objects, places),
  ...fill('Delete the %.', objects),
  ...fill('Get rid of the %.', objects),
  ...fill('Complete the %.', works),
  ...fill('Finish the % for me.', works),
  ...fill('I finished the % yesterday.', works),
  ...fill('Create a % for %.', things, purposes),
  ...fill('Make me a %.', things),
  ...fill('Set up a % for %.', things, purposes),
  ...fill('What is left of %?', topics),
  ...fill("What's left of %?", topics),
  ...fill('What is %?', topics),
  ...fill('Tell me about %.', topics),
  ...fill('Who discovered %?', topics),
  ...fill('Explain % to a child.', topics),
  ...fill('Give me a list of facts about %.', topics),
  ...fill('Show me a table about %.', topics),
  ...fill('What are the goals of %?', topics),
  ...fill('List the milestones of %.', topics),
  ...fill('Which tasks are part of %?', topics),
  ...fill('What tasks does % have?', people),
  ...fill('My goal is to %.', deeds),
  ...fill('% says that the goal is to %.', people, deeds),
  ...fill('I want to %.', deeds),
  ...fill('I need to % one day.', deeds),
  ...fill('How long does it take to %?', deeds),
  ...fill('To % is a milestone in every life.', deeds),
  ...fill('The task was %.', adjectives),
  ...fill('This task is %.', adjectives),
  ...fill('My tasks are %.', adjectives),
  ...fill('% thinks that the task is %.', people, adjectives),
  ...fill('% finished the task early.', people),
  ...fill('% deleted the task by mistake.', people),
  ...fill('% scored a goal in the last minute.', people),
  ...fill('% marked the homework as done.', people),
  ...fill('% described the work as finished.', people),
  ...fill('% has set a new goal for the year.', people),
  ...fill('% added a task to the board.', people),
  ...fill('% wants to create a milestone in GitHub.', people),
  ...fill('Call % and say hello.', people),
  ...fill('Remind % of the meeting.', people),
  ...fill('Is % on the list of guests?', people),
  ...fill('Did % put milk on the shopping list?', people),
]

/** One to a line, in English and in other languages. */
const sentences = readFileSync(new URL('sentences.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')

/** Everything above, without repetitions. */
export function everydaySentences(): string[] {
  const framed = frames.flatMap((frame) => commands.map((command) => frame.replace('%', () => command)))
  const prefixed = words.flatMap((word, index) =>
    [0, 1, 2].map((step) => `${word} ${commands[(index * 7 + step * 31) % commands.length] ?? ''}`),
  )
  const tailed = tails.flatMap((tail) => commands.map((command) => `${command} ${tail}`))
  const all = [...framed, ...prefixed, ...tailed, ...everyday, ...sentences]
  return [...new Set(all.flatMap((sentence) => [sentence, sentence.toLowerCase(), `${sentence.replace(/[.!]$/u, '')}!`]))]
}
