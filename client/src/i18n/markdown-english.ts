import { compiledTexts } from './compiled-markdown-english.ts'
import { addTexts } from './i18n.ts'

// Parts that draw Markdown import this module for its effect.
addTexts(compiledTexts)
