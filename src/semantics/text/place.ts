/** A place in a text. Line and column count from 1; columns are UTF-16 units, as editors and GitHub count them. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Where an offset of a text stands. Lines end at a line feed, whatever stands before it. */
export const placeAt = (text: string, offset: number): Place => {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}
