const all = (what: string, ...codes: readonly number[]): readonly (readonly [number, string])[] => codes.map((code) => [code, what])

/**
 * Codes of shellcheck that tell of a line which fails, or destroys something, when the script comes to it, with what it does there. All
 * others are about style or doubt. Read in November 2026: https://www.shellcheck.net/wiki/ and the page of each code below it.
 */
export const breakingCodes: ReadonlyMap<number, string> = new Map([
  ...all('runs a value as a command', 1007, 1066, 1068),
  ...all('is a command that does not exist', 1035, 1069, 2276, 2282, 2286, 2288, 2289),
  ...all('runs an assignment as a command', 2270, 2271, 2272, 2273, 2274, 2275, 2281, 2283),
  ...all('is a test that ends in an error', 1020, 2171),
  ...all('is a first line that the kernel cannot run', 2096),
  ...all('deletes a folder of the system', 2114),
  ...all('deletes from the root of the disk if the variable is empty', 2115),
  ...all('fails, because there is no function around it', 2168),
  ...all('calls a function before it is defined', 2218),
  ...all('exits with a status that shells refuse', 2242),
  ...all('is a function that calls itself without end', 2264),
  ...all('fails in sh, which is dash on Ubuntu', 3001, 3010, 3011, 3014, 3020, 3024, 3030, 3040, 3046, 3053, 3054),
])
