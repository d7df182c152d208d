/** One prepared sample for each kind of content that an answer may have. */

export const table = `Here is a prepared table. I always show this one.

| Status | What it means | What you can do |
| :-- | :-- | :-- |
| queued | The answer waits for its turn | Stop |
| generating | The answer is being written | Stop |
| waiting | A tool needs your decision | Allow, deny |
| completed | The answer is whole | Regenerate |
| cancelled | You stopped it; the text is kept | Continue, regenerate |
| interrupted | The server stopped; the text is kept | Continue, regenerate |
| error | The provider failed | Continue, regenerate |

The words in the first column are the ones that the programming interface uses.`

export const code = `Here is some prepared code. I did not write it for you: I always show the same piece.

\`\`\`ts
/** Applies an event once, in order. */
function apply(state: State, event: Event): State {
  if (event.seq <= state.cursor) return state // seen before
  if (event.seq !== state.cursor + 1) throw new GapError(event.seq)
  return { ...fold(state, event), cursor: event.seq }
}
\`\`\`

It can be tried with a few lines:

\`\`\`ts
const twice = [first, first, second].reduce(apply, empty)
assert.deepEqual(twice, [first, second].reduce(apply, empty))
\`\`\`

A single word such as \`cursor\` is set as code as well.`

export const list = `Here is a prepared list. I always show this one.

1. Write a message
2. Read the answer while it comes
   - close the tab, if you like
   - open it again, here or elsewhere
3. Decide what to do next
   - **Stop** keeps what has been written
   - **Continue** goes on from there
   - **Regenerate** writes another answer beside it

And one with boxes:

- [x] The message is stored
- [x] The answer is stored, word by word
- [ ] You have read it`

export const emoji = `Here are some emoji. They are good for finding out whether text is ever cut in the wrong place.

- one unit: ★ ☂ ✓
- two units: 🌊 🌿 🐚 🦀 🪨
- with a skin tone: 👋🏽 👍🏿 🙏🏻
- joined: 👩‍🔬 👨‍👩‍👧‍👦 🏳️‍🌈 🧑🏽‍🚀
- flags and keycaps: 🇯🇵 🇧🇷 🇫🇮 1️⃣ #️⃣
- other scripts: 日本語 · العربية · עברית · हिन्दी · ไทย · ελληνικά · кириллица

If one of them shows as an empty box, your font lacks it; if one is broken in two, please report it.`
