"""Asks through the official package, as any program would, and prints what it got as JSON."""

import json
import time

from openai import OpenAI

client = OpenAI()
model = "scripted-1"
hello = "say Hello"
count = "tokens 20 at 200"

chat = client.chat.completions.create(model=model, messages=[{"role": "user", "content": hello}])
chunks = client.chat.completions.create(model=model, messages=[{"role": "user", "content": count}], stream=True)
chat_stream = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
response = client.responses.create(model=model, input=hello)
with client.responses.stream(model=model, input=count) as events:
    response_stream = "".join(event.delta for event in events if event.type == "response.output_text.delta")
background = client.responses.create(model=model, input=hello, background=True)
while background.status in ("queued", "in_progress"):
    time.sleep(0.05)
    background = client.responses.retrieve(background.id)

print(
    json.dumps(
        {
            "chat": chat.choices[0].message.content,
            "chatStream": chat_stream,
            "response": response.output_text,
            "responseStream": response_stream,
            "background": background.output_text,
        }
    )
)
