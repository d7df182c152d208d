/**
 * Elements, their order and their text: without classes, ids and what assistive technology is told; without the wrappers and the tools
 * around code and tables, and the borders between the bodies of a long table and between the tables that a longer one is; without whitespace, which the two differ in between blocks.
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
