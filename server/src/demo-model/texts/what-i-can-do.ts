/** The suggestions that the demo makes when it has no other answer. */
export const whatICanDo = `- **write a long answer**, or **write 12 paragraphs**
- **show a table**, **show code**, **show a list**, **show emoji**
- **add a task to buy milk by Friday**, **what's left?**, **mark buy milk as done**, **delete the task 'Buy milk'**
- **create milestone 'First draft' target 2027-03-31**, **create a goal 'Write a book'**, **list my goals**
- **count to 500**, and add **slowly** or **fast** to change the speed
- **what is Holdfast?**, **what happens if I close the tab?**
- **how do I add a key?**`
