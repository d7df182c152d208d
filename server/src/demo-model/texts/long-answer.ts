/** A long text in several kinds of Markdown: something to watch while it is being written. */
export const longAnswer = `# How Holdfast keeps an answer

This is a prepared text. I am a small program, not an AI, and I always write the same one. It is long on purpose: use it to see what happens when you close the tab, lose the network, or open the same conversation on another device.

## 1. You send a message

Your message, the place for the answer, and the order to write it are stored together, in one transaction. Either all of it is there or none of it. If your connection breaks before the server has replied, the page sends the message again with the same number, and the server recognises it. You will not see it twice.

## 2. The server writes the answer

The answer is not written in your browser. A worker on the server asks the model and reads what comes back. Every few milliseconds it puts the new words into a log, and only after the database has confirmed them are they shown to anyone.

> Nothing is shown before it is stored, and nothing stored is lost.

That order matters. It means that a word on your screen is also on disk. There is no moment in which you have read something that the server does not have.

## 3. Your page follows along

Each event in a conversation has a number: 1, 2, 3, and so on, without gaps. Your page remembers the last number that it has applied. When it comes back after a pause, it asks for everything after that number, and gets exactly that.

| While you were away | What you see when you return |
| --- | --- |
| for a second | the text goes on where it was |
| for an hour | the whole answer, already finished |
| on another device | the same conversation, at the same word |
| until the server had restarted | everything up to that moment, and a button to continue |

The numbers also protect against the opposite mistake. If an event arrives twice, the page has already applied its number and ignores it. If one is missing, the next number does not fit, and the page asks again.

## 4. Things go wrong

Some examples, and what is done about them:

1. **The provider stops talking.** After a while without a word the call is ended. If nothing had been written yet, it is tried again, and you can see that it is.
2. **The provider limits you.** The server waits as long as it was asked to, then tries again.
3. **The server is stopped in the middle of a sentence.** The text so far is kept, the answer is marked as interrupted, and you can let it continue.
4. **Two servers believe that they own the same answer.** Each claim raises a number. Every write carries that number, and the database refuses the older one.

In code, the idea of the last point fits in a few lines:

\`\`\`sql
update generations
   set written = written + 1
 where id = $1
   and fence = $2      -- the number that this worker got when it claimed
   and status = 'generating'
\`\`\`

If no row was changed, this worker is no longer the owner. It stops, and nothing that it wrote is shown.

## 5. You are in control

You can stop an answer at any time; what has been written stays. You can let it continue, write it again, or change your question. Changing a question does not delete the old one: both versions remain, side by side, and you can move between them.

You can also do several things at once. Ask in one conversation, move to the next, and ask there. Each answer goes on by itself, and the list on the left shows which ones are still being written.

## 6. What you can try now

- Close this tab while I am still writing. Open it again.
- Open the same address in a second window and put the two side by side.
- Switch off your network for ten seconds.
- Press the stop button, then let me continue.

In each case the text should be whole: no word missing, no word twice. This paragraph is near the end, so if you can read it, the rest is above it.

That is all. Ask me to *count to 1000* if you want something in which a missing piece is easy to see.`
