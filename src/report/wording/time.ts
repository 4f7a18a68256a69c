const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

/** `2026-11-23T12:00:00.000Z` as `November 23, 2026, 12:00 UTC`. Text that is no such moment is left as it is. Not escaped. */
export const momentWords = (text: string): string => {
  const [, year, month = '', day, time] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/.exec(text) ?? []
  const name = months[Number(month) - 1]
  return name === undefined ? text : `${name} ${Number(day)}, ${year}, ${time} UTC`
}
