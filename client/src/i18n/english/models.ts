/** Models, their context windows and their prices. */
export const models = {
  'model.window': '{size}',
  'model.window.unknown': 'context window unknown',
  'model.price': '{input} in / {output} out per 1M',
  'model.price.unknown': 'price unknown',
  'model.price.free': 'free',
  'model.demo.about': 'A small rule-based program. Free.',
  'models.default': 'default',
} as const
