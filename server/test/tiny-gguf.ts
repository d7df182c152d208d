import { createSeededRandom } from './seeded-random.ts'

type Value = string | number | { readonly float: number } | readonly string[] | Float32Array | Int32Array

const width = 32
const inner = 64
const heads = 2
const block = 32
/** Of the types of GGUF. */
const kinds = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 }

/**
 * A model of the llama architecture with one layer of random weights and a vocabulary of single bytes, 60 kB large: what it says has no
 * meaning, and everything around it is real.
 */
export function createTinyGguf(seed = 1): Buffer {
  const random = createSeededRandom(seed)
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
  const letters = ['▁', ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).slice(1)]
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...letters]
  const types = [2, 3, 3, ...bytes.map(() => 6), ...letters.map(() => 1)]
  const metadata: Record<string, Value> = {
    'general.architecture': 'llama',
    'general.name': 'tiny',
    'llama.context_length': 1_024,
    'llama.embedding_length': width,
    'llama.block_count': 1,
    'llama.feed_forward_length': inner,
    'llama.attention.head_count': heads,
    'llama.attention.head_count_kv': heads,
    'llama.attention.layer_norm_rms_epsilon': { float: 1e-5 },
    'llama.rope.dimension_count': width / heads,
    'llama.vocab_size': tokens.length,
    'tokenizer.ggml.model': 'llama',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.scores': new Float32Array(tokens.length),
    'tokenizer.ggml.token_type': Int32Array.from(types),
    'tokenizer.ggml.bos_token_id': 1,
    'tokenizer.ggml.eos_token_id': 2,
    'tokenizer.ggml.unknown_token_id': 0,
  }
  const square = [width, width]
  const shapes: Record<string, readonly number[]> = {
    'token_embd.weight': [width, tokens.length],
    'output_norm.weight': [width],
    'output.weight': [width, tokens.length],
    'blk.0.attn_norm.weight': [width],
    'blk.0.attn_q.weight': square,
    'blk.0.attn_k.weight': square,
    'blk.0.attn_v.weight': square,
    'blk.0.attn_output.weight': square,
    'blk.0.ffn_norm.weight': [width],
    'blk.0.ffn_gate.weight': [width, inner],
    'blk.0.ffn_up.weight': [width, inner],
    'blk.0.ffn_down.weight': [inner, width],
  }
  const head = [Buffer.from('GGUF'), uint32(3), uint64(Object.keys(shapes).length), uint64(Object.keys(metadata).length)]
  for (const [key, value] of Object.entries(metadata)) head.push(text(key), ...toValue(value))
  const data: Buffer[] = []
  let offset = 0
  for (const [name, shape] of Object.entries(shapes)) {
    head.push(text(name), uint32(shape.length), ...shape.map(uint64), uint32(0), uint64(offset))
    const count = shape.reduce((product, size) => product * size, 1)
    const weights = Float32Array.from({ length: count }, () => (shape.length === 1 ? 1 : (random() - 0.5) / 2))
    const part = padded(Buffer.from(weights.buffer))
    data.push(part)
    offset += part.length
  }
  return Buffer.concat([padded(Buffer.concat(head)), ...data])
}

function toValue(value: Value): Buffer[] {
  if (typeof value === 'string') return [uint32(kinds.string), text(value)]
  if (typeof value === 'number') return [uint32(kinds.uint32), uint32(value)]
  if (value instanceof Float32Array || value instanceof Int32Array) {
    const kind = value instanceof Float32Array ? kinds.float32 : kinds.int32
    return [uint32(kinds.array), uint32(kind), uint64(value.length), Buffer.from(value.buffer)]
  }
  if ('float' in value) {
    const buffer = Buffer.alloc(4)
    buffer.writeFloatLE(value.float)
    return [uint32(kinds.float32), buffer]
  }
  return [uint32(kinds.array), uint32(kinds.string), uint64(value.length), ...value.map(text)]
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint64(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

function uint64(value: number): Buffer {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64LE(BigInt(value))
  return buffer
}

function padded(buffer: Buffer): Buffer {
  return Buffer.concat([buffer, Buffer.alloc((block - (buffer.length % block)) % block)])
}
