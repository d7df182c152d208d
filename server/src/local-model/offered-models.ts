/** A model that can be fetched and run beside the server. */
export interface OfferedModel {
  /** Names it in commands and in the API. */
  readonly name: string
  /** For people. */
  readonly title: string
  readonly about: string
  readonly bytes: number
  /** Of the file, in hexadecimal. */
  readonly sha256: string
  /** As SPDX names it. */
  readonly licence: string
  /** Where the file is, relative to the address of the host of models. It names a revision, which never changes. */
  readonly path: string
  /** The name of the file in the directory of models. */
  readonly file: string
}

/** Hugging Face; `LOCAL_MODEL_URL` names a mirror with the same paths. */
export const defaultModelHost = 'https://huggingface.co'

/** Small enough for any machine, free to use, and their hashes are those of the files' publishers. The first is the usual one. */
export const offeredModels: readonly OfferedModel[] = [
  {
    name: 'qwen2.5-0.5b',
    title: 'Qwen2.5 0.5B Instruct',
    about: 'Quick, knows many languages, and makes mistakes. Needs 1 GB of memory.',
    bytes: 491_400_032,
    sha256: '74a4da8c9fdbcd15bd1f6d01d621410d31c6fc00986f5eb687824e7b93d7a9db',
    licence: 'Apache-2.0',
    path: 'Qwen/Qwen2.5-0.5B-Instruct-GGUF/resolve/9217f5db79a29953eb74d5343926648285ec7e67/qwen2.5-0.5b-instruct-q4_k_m.gguf',
    file: 'qwen2.5-0.5b-instruct-q4_k_m.gguf',
  },
  {
    name: 'qwen2.5-1.5b',
    title: 'Qwen2.5 1.5B Instruct',
    about: 'Answers better and takes three times as long. Needs 2 GB of memory.',
    bytes: 1_117_320_736,
    sha256: '6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e',
    licence: 'Apache-2.0',
    path: 'Qwen/Qwen2.5-1.5B-Instruct-GGUF/resolve/91cad51170dc346986eccefdc2dd33a9da36ead9/qwen2.5-1.5b-instruct-q4_k_m.gguf',
    file: 'qwen2.5-1.5b-instruct-q4_k_m.gguf',
  },
  {
    name: 'smollm2-360m',
    title: 'SmolLM2 360M Instruct',
    about: 'The smallest. English only. Needs 1 GB of memory.',
    bytes: 386_404_992,
    sha256: '48ab3034d0dd401fbc721eb1df3217902fee7dab9078992d66431f09b7750201',
    licence: 'Apache-2.0',
    path: 'HuggingFaceTB/SmolLM2-360M-Instruct-GGUF/resolve/593b5a2e04c8f3e4ee880263f93e0bd2901ad47f/smollm2-360m-instruct-q8_0.gguf',
    file: 'smollm2-360m-instruct-q8_0.gguf',
  },
]
