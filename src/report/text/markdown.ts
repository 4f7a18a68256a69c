import { type Lines, type Page, painted, prose } from './page.ts'
import { painter } from './styles.ts'
import type { TextOptions } from './text.ts'

/** A page of a rule for a terminal: its headings in bold, its paragraphs and lists wrapped, without the marks of Markdown. */
export const renderPage = (markdown: string, { colour, width }: Pick<TextOptions, 'colour' | 'width'>): string => {
  const page: Page = { paint: painter(colour), width }
  return `${markdown
    .trim()
    .split(/\n{2,}/)
    .map((block) => blockLines(page, block).join('\n'))
    .join('\n\n')}\n`
}

const blockLines = (page: Page, block: string): Lines => {
  const heading = /^#+ (.*)$/.exec(block)?.[1]
  if (heading !== undefined) return painted(page, 'bold', prose(page, 0, bare(heading)))
  if (block.startsWith('- ')) return block.split('\n').flatMap((item) => prose(page, 4, bare(item.slice(2)), '  - '))
  return block.split('\n').flatMap((line) => prose(page, 0, bare(line)))
}

/** Code, emphasis, links and addresses as they are read. */
const bare = (text: string): string =>
  text
    .replaceAll(/\[([^\]]+)\]\(([^)]+)\)/g, '$1 ($2)')
    .replaceAll(/<(https?:[^>]+)>/g, '$1')
    .replaceAll(/\*([^*]+)\*/g, '$1')
    .replaceAll('`', '')
