import type { FailureMessage } from '../../catalog/failure-message.ts'
import { failureMessages } from '../../catalog/failure-messages.ts'

/** Longer texts are cut: a message is a sentence or two, the rest is the log around it. */
const longestText = 20_000

/** Words that are needed where only the beginning of a message was pasted: fewer are found in any English text. */
const partOfAMessage = 6

/**
 * The messages of the catalog that `text` is, or has in it, the best fit first: one that is whole before one that is cut, and of those the
 * one with the most words. `text` may have ids and names where the catalog has `…`, and an error code or a log line around it.
 */
export const messagesIn = (text: string): readonly FailureMessage[] => {
  const words = plainWords(text.slice(0, longestText))
  return failureMessages
    .map((row) => ({ row, fit: Math.max(...row.messages.map((message) => fitOf(message, words))) }))
    .filter(({ fit }) => fit > 0)
    .toSorted((a, b) => b.fit - a.fit)
    .map(({ row }) => row)
}

/** Letters, digits and backslashes alone, one blank between words: quotes, dashes and line breaks differ between a console and a log. */
const plainWords = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replaceAll(/[^a-z0-9\\]+/g, ' ')
    .trim()} `

/** More than any number of words that a part of a message can have. */
const whole = 1000

/** How many words of a message the text has; a whole message counts more than any part of one. Zero where it is another text. */
const fitOf = (message: string, text: string): number => {
  const parts = message
    .split('…')
    .map(plainWords)
    .filter((part) => part.trim() !== '')
  const words = parts.flatMap((part) => part.trim().split(' '))
  if (followsIn(parts, text)) return whole + words.length
  const start = Math.max(...parts.map((part) => longestStart(part.trim().split(' '), text)))
  return start >= partOfAMessage ? start : 0
}

/** Whether the parts stand in the text one after the other. */
const followsIn = (parts: readonly string[], text: string): boolean => {
  let from = 0
  for (const part of parts) {
    const at = text.indexOf(part, from)
    if (at < 0) return false
    // The blank after a part may be the one before the next.
    from = at + part.length - 1
  }
  return true
}

/** How many words from its start on the text has too: who pastes a part of a message pastes its beginning. */
const longestStart = (words: readonly string[], text: string): number => {
  const missing = words.findIndex((_, index) => !text.includes(` ${words.slice(0, index + 1).join(' ')} `))
  return missing < 0 ? words.length : missing
}
