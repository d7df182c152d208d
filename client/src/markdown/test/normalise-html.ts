/**
 * Keeps elements, their order and their text. Drops classes, ids and ARIA attributes; wrappers and tools around code and tables; the
 * boundaries between the bodies and parts of a long table; and white space between blocks, in which the two renderers differ.
 */
export function normaliseHtml(html: string): string {
  return html
    .replaceAll(/<button.*?<\/button>/gsu, '')
    .replaceAll(/<\/?div[^>]*>/gu, '')
    .replaceAll(/<span[^>]*class="block"[^>]*>(.*?)<\/span>/gsu, '$1')
    .replaceAll(/<span[^>]*data-language[^>]*><\/span>/gu, '')
    .replaceAll(/ (?:class|id|dir|style|role|tabindex|data-[a-z-]+|aria-[a-z]+)="[^"]*"/gu, '')
    .replaceAll(/href="#[^"]*-fn/gu, 'href="#fn')
    .replaceAll(/href="#(?:note|user-content)-/gu, 'href="#')
    .replaceAll(/<\/table>\s*<table><thead>.*?<\/thead>/gsu, '')
    .replaceAll(/<\/tbody>\s*<tbody>/gu, '')
    .replaceAll(/\s+/gu, '')
}
