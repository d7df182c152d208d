// KaTeX looks once, when it is loaded: import this file before it. happy-dom has no doctype, and KaTeX refuses to draw in such a page.
Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat', configurable: true })
