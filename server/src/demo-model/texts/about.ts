import { whatICanDo } from './what-i-can-do.ts'

export const greeting = `Hello. I am the demo model of Holdfast: a small program with rules, not an AI. I recognise a few words and answer with prepared texts. It is enough to try out the chat itself.

You can say:

${whatICanDo}`

export const whoIAm = `I am the demo model that is built into Holdfast. I am a small program with rules, not an AI. I look for certain words in your message and answer with a prepared text. I learn nothing, I know nothing about the world, and nothing that you write leaves this server.

I am here so that Holdfast can be tried without a key. To talk to a real model, ask me **how do I add a key?**`

export const whatHoldfastIs = `**Holdfast** is a chat for language models that you run yourself. Its answers are written on the server, in the background:

- **Nothing gets lost.** Each word is stored before it is shown. Close the tab, lose the network, restart the server: what has been written stays.
- **Any number of screens.** Every tab and device follows the same conversation live and continues exactly where it was.
- **You stay in charge.** Stop, continue, regenerate, or edit an earlier message; the other versions are kept.
- **Your provider.** It works with OpenAI, Google Gemini, and every server with an OpenAI-compatible API, such as Ollama, vLLM or LM Studio.

Right now no provider is set, so I answer: a small program with rules, not an AI. Ask me **how do I add a key?** to change that.`

export const help = `I am a small program with rules, not an AI. I recognise these:

${whatICanDo}

Everything else about the chat works as it does with a real model: you can stop me, let me continue, regenerate an answer, edit a message, and close the tab while I write.`

export const howToAddAKey = `To use a real model, give Holdfast a provider and start it again. The settings are environment variables; a file named \`.env\` in its folder works too.

**OpenAI**

\`\`\`sh
OPENAI_API_KEY=your-key
OPENAI_MODEL=the-model-you-want     # optional
\`\`\`

**Google Gemini**

\`\`\`sh
GEMINI_API_KEY=your-key
\`\`\`

**A server of your own** (Ollama, vLLM, LM Studio, or a gateway with an OpenAI-compatible API)

\`\`\`sh
OPENAI_BASE_URL=http://localhost:11434/v1
OPENAI_MODEL=the-model-you-have
OPENAI_API_KEY=your-key             # only if the server wants one
\`\`\`

As soon as one of them is set, I am switched off. Your conversations stay. Please do not send me a key in a message: it would be stored with the conversation.`

export const ifYouLeave = `Nothing is lost. I write on the server, not in your browser, and every word is stored before you see it.

- **Close the tab or the laptop:** I go on. When you return, the answer is there.
- **Lose the network:** the page says so and tries again. When it is back, it fetches exactly what it missed.
- **Open another device:** it shows the same conversation, at the same word.
- **Restart the server:** the text so far is kept. An answer that had not begun is started again; one that was half-way is marked as interrupted, and you can continue it.

Ask me to **count to 500**, then try it.`

export const howToStop = `Use the stop button while I am writing. What has been written so far is kept, and you can let me continue or ask me to write it again. Closing the tab does not stop me; only you do.`

export const thanks = `You are welcome.`

export const goodbye = `Goodbye. The conversation will be here when you return.`

export const howAreYou = `I am a small program, so I have no moods. I am running, and that is all that is asked of me.`

export const otherLanguage = `I only understand a little English, and this looks like another language. I am a small program with rules, not an AI, so I cannot translate either. A real model can: ask me **how do I add a key?**

In English, you can say:

${whatICanDo}`

export const cannotAnswer = `I cannot answer that. I am the demo model of Holdfast: a small program with rules, not an AI, and I know nothing about the world. I only recognise a few requests:

${whatICanDo}`

export const emptyQuestion = `I did not find any words in your message. You can say:

${whatICanDo}`

export const plannerUnclear = `I did not understand that well enough to change anything, so I did nothing. I am a small program with rules, not an AI. These I understand:

- **add a task to buy milk by Friday**, or **add a task 'Buy milk' due 2027-03-31**
- **what's left?**, **show my tasks**, **list my milestones**, **list my goals**
- **mark buy milk as done**, **rename the task 'Buy milk' to 'Buy bread'**, **move the task 'Buy milk' to next Monday**
- **delete the task 'Buy milk'**
- **create milestone 'First draft' target 2027-03-31**, **create a goal 'Write a book'**`

/** A part of the message was understood and a part was not. */
export function plannerHalf(unknown: readonly string[]): string {
  const parts = unknown.map((part) => `> ${part.replaceAll(/\s+/gu, ' ').slice(0, 200)}`).join('\n>\n')
  return `I did nothing, because I understood only a part of your message. I am a small program with rules, not an AI. This I did not understand:\n\n${parts}\n\nSend me only what I can do, please.`
}

export const plannerMissingTool = `I understood that, but I have no tool for it here. So I did nothing.`

export const plannerLost = `I lost track of what I was doing, so I stopped. What the tools above say has happened; nothing else has.`
