/** The texts of a scripted model's answer as they come: the call that each peer's server makes. */
export async function* readModel(baseUrl, question) {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'scripted-1', stream: true, messages: [{ role: 'user', content: question }] }),
  })
  let rest = ''
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    rest += text
    const frames = rest.split('\n\n')
    rest = frames.pop() ?? ''
    for (const frame of frames) {
      const data = frame.slice('data: '.length)
      if (data === '[DONE]') return
      const content = JSON.parse(data).choices[0]?.delta.content
      if (content) yield content
    }
  }
}
