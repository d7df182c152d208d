/** What the process of a model is told once, at its start. */
export interface ProcessOrder {
  /** The address of the engine's module. */
  readonly engine: string
  readonly model: string
  readonly modelPath: string
  readonly runtime: string
  /** Where it listens, at the loopback address; 0: anywhere. */
  readonly port: number
  readonly token: string
}

/** What it says once it answers. */
export interface ProcessReport {
  readonly port: number
}
