import { createConversationStore, createHoldfastClient } from '@holdfast/client'
import { answers, createTestApp } from '@holdfast/server'

// A whole server in memory, with a model that says what it is told. For a real one, leave this out and give its address.
await using app = await createTestApp({ model: answers.text('Hello to you, too.') })

const client = createHoldfastClient({ url: app.url })
const { conversationId } = await client.trpc.messages.send.mutate({ requestId: crypto.randomUUID(), content: 'Hello!' })

const conversation = createConversationStore(client, conversationId)
await new Promise<void>((resolve) => {
  conversation.subscribe(() => {
    if (conversation.getState().messages.at(-1)?.status === 'completed') resolve()
  })
})
for (const { role, content } of conversation.getState().messages) console.log(`${role}: ${content}`)

conversation.close()
client.close()
