/** A place in a text. Line and column count from 1; columns are UTF-16 units, as editors and GitHub count them. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Where an offset of a text stands. Lines end at a line feed, whatever stands before it. */
export const placeAt = (text: string, offset: number): Place => {
  let [line, start] = [1, 0]
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line += 1
    start = end + 1
  }
  return { line, column: offset - start + 1 }
}

/** The same for many offsets of one text, which is read once for all of them. */
export const placesIn = (text: string): ((offset: number) => Place) => {
  const starts = [0]
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return (offset) => {
    let [line, after] = [0, starts.length]
    while (after - line > 1) {
      const middle = (line + after) >> 1
      if ((starts[middle] ?? 0) <= offset) line = middle
      else after = middle
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
  }
}
