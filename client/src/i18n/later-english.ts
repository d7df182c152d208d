import { compiledTexts } from './compiled-later-english.ts'
import { addTexts } from './i18n.ts'

// Parts that are loaded later import this module for its effect, before they are rendered.
addTexts(compiledTexts)
