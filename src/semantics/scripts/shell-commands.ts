/** A simple command of a shell script: a program, builtin or function with its arguments. Redirections are left out. */
export interface ShellCommand {
  /** Quotes removed, expansions as written. Leading assignments are words too: `A=b`. */
  readonly words: readonly string[]
  /** Of its first word, in the text. */
  readonly offset: number
  /** The function in whose body it stands; null outside of all. */
  readonly inFunction: string | null
  /** Its exit status is looked at (`if`, `while`, `!`, `&&`, `||`) or dropped (`a | b`, `a &`) by the shell itself: `set -e` does not act on it. */
  readonly statusTaken: boolean
}

/** A part of a script, in the order in which they are written. Offsets are in the text; `end` is behind the last character. */
export type ShellToken =
  | { readonly kind: 'command'; readonly command: ShellCommand; readonly end: number }
  /** `((…))`, as a command or as the head of a `for`. */
  | { readonly kind: 'arithmetic'; readonly offset: number; readonly end: number }
  /** The head of a function; its body follows. */
  | { readonly kind: 'function'; readonly name: string }
  /** An operator, a line feed, or a word that opens, joins or closes a compound command. Patterns of `case` are left out. */
  | { readonly kind: 'mark'; readonly text: string; readonly offset: number }

const blank = /(?:[ \t\r]|\\\r?\n)+/y
const redirection = /(?:\d+|\{\w+\})?(?:<<<|<<-?|<>|<&|&>>|&>|>>|>&|>\||<(?!\()|>(?!\())/y
const nesting = 100

/** Words that open, join or close compound commands: what follows them is a command again. */
const joints = new Set(['if', 'then', 'elif', 'else', 'fi', 'while', 'until', 'do', 'done', '!', '{', '}', 'time', 'esac'])

/**
 * The simple commands of a script, in the order in which they are written. A reading for checks, not a parser: it knows quotes,
 * expansions, here-documents, functions and `case`, never throws, and takes time in proportion to the text.
 * https://www.gnu.org/software/bash/manual/html_node/Shell-Syntax.html
 */
export const shellCommands = (text: string): readonly ShellCommand[] => new Scanner(text).commands()

/** The same reading with what stands between the commands. */
export const shellTokens = (text: string): readonly ShellToken[] => new Scanner(text).tokens()

class Scanner {
  readonly #text: string
  readonly #tokens: ShellToken[] = []
  readonly #functions: { readonly name: string; readonly depth: number }[] = []
  #hereDocuments: { readonly delimiter: string; readonly tabsStripped: boolean }[] = []
  #defining: string | null = null
  #at = 0
  #groups = 0
  #cases = 0
  #nested = 0
  #inCondition = false
  #negated = false

  constructor(text: string) {
    this.#text = text
  }

  commands(): readonly ShellCommand[] {
    return this.tokens().flatMap((token) => (token.kind === 'command' ? [token.command] : []))
  }

  tokens(): readonly ShellToken[] {
    while (this.#at < this.#text.length) this.#step()
    return this.#tokens
  }

  /** At a place where a command may begin. */
  #step(): void {
    if (this.#take(blank) !== null) return
    const offset = this.#at
    const next = this.#text.charAt(offset)
    if (next === '\n') {
      this.#mark('\n', offset)
      this.#newline()
    } else if (next === '#') this.#skipTo('\n')
    else if (this.#cases > 0 && this.#take(/;;&?|;&/y) !== null) {
      this.#mark(';;', offset)
      this.#casePattern()
    } else if (this.#text.startsWith('((', offset)) {
      this.#balanced('(', ')')
      this.#tokens.push({ kind: 'arithmetic', offset, end: this.#at })
    } else if (next === '(' || next === ')') {
      this.#mark(next, offset)
      if (next === '(') this.#open()
      else this.#close()
    } else if (next === ';' || next === '&' || next === '|') this.#mark(this.#take(/&&|\|\||\|&|[;&|]/y) ?? next, offset)
    else this.#command()
  }

  #mark(text: string, offset: number): void {
    this.#tokens.push({ kind: 'mark', text, offset })
  }

  #define(name: string): void {
    this.#defining = name
    this.#tokens.push({ kind: 'function', name })
  }

  #command(): void {
    const offset = this.#at
    const words: string[] = []
    for (;;) {
      this.#take(blank)
      if (this.#heads(words)) return
      if (this.#at >= this.#text.length || this.#peek(/[\n;|()#]|&(?!>)/y)) break
      const operator = this.#take(redirection)
      if (operator !== null) this.#redirect(operator)
      else words.push(this.#word())
      if (words.length === 1 && operator === null && this.#keyword(words[0] ?? '', offset)) return
    }
    if (words.length === 0) return
    const statusTaken = this.#inCondition || this.#negated || this.#peek(/[&|]/y)
    this.#negated = false
    this.#defining = null
    const command = { words, offset, inFunction: this.#functions.at(-1)?.name ?? null, statusTaken }
    this.#tokens.push({ kind: 'command', command, end: this.#at })
  }

  /** `name ()`: the body that follows belongs to a function. */
  #heads(words: readonly string[]): boolean {
    const [name] = words
    if (words.length !== 1 || name === undefined || this.#take(/\([ \t]*\)/y) === null) return false
    this.#define(name)
    return true
  }

  /** True where the word was no command's name, so that a command begins anew. */
  #keyword(word: string, offset: number): boolean {
    if (word === '[[') {
      const end = /[ \t\n]\]\](?=[\s;&|)]|$)/g
      end.lastIndex = this.#at
      this.#at = end.exec(this.#text) === null ? this.#text.length : end.lastIndex
      return false
    }
    if (word === 'function') {
      this.#take(blank)
      this.#define(this.#word())
      this.#take(/[ \t]*\([ \t]*\)/y)
      return true
    }
    if (word === 'case') {
      this.#mark(word, offset)
      this.#cases += 1
      const head = /\bin(?=[\s#])/g
      head.lastIndex = this.#at
      this.#at = head.exec(this.#text) === null ? this.#text.length : head.lastIndex
      this.#casePattern()
      return true
    }
    if (!joints.has(word)) return false
    this.#mark(word, offset)
    this.#join(word)
    return true
  }

  #join(word: string): void {
    if (word === '{') this.#open(0)
    if (word === '}') this.#close(0)
    if (word === 'esac') this.#cases = Math.max(0, this.#cases - 1)
    if (word === '!') this.#negated = true
    if (word === 'if' || word === 'elif' || word === 'while' || word === 'until') this.#inCondition = true
    if (word === 'then' || word === 'do') this.#inCondition = false
  }

  #open(width = 1): void {
    this.#at += width
    this.#groups += 1
    if (this.#defining !== null) this.#functions.push({ name: this.#defining, depth: this.#groups })
    this.#defining = null
  }

  #close(width = 1): void {
    this.#at += width
    if (this.#functions.at(-1)?.depth === this.#groups) this.#functions.pop()
    this.#groups = Math.max(0, this.#groups - 1)
  }

  /** `pattern)` of a case, or its end. */
  #casePattern(): void {
    while (this.#take(blank) !== null || this.#take(/\n|#[^\n]*/y) !== null);
    if (this.#take(/esac(?=[\s;&|)]|$)/y) !== null) {
      this.#mark('esac', this.#at - 'esac'.length)
      this.#cases -= 1
      return
    }
    this.#take(/\(/y)
    while (this.#at < this.#text.length && this.#take(/\)/y) === null) this.#piece()
  }

  #redirect(operator: string): void {
    this.#take(blank)
    const isHereDocument = /<<-?$/.test(operator) && !operator.endsWith('<<<')
    const target = this.#peek(/[\n;|&]/y) ? '' : this.#word()
    if (isHereDocument) this.#hereDocuments.push({ delimiter: target, tabsStripped: operator.endsWith('-') })
  }

  /** Past the end of the line and the here-documents that begin after it. */
  #newline(): void {
    this.#at += 1
    for (const { delimiter, tabsStripped } of this.#hereDocuments) {
      while (this.#at < this.#text.length) {
        const end = this.#text.indexOf('\n', this.#at)
        const line = this.#text.slice(this.#at, end === -1 ? undefined : end).replace(/\r$/, '')
        this.#at = end === -1 ? this.#text.length : end + 1
        if ((tabsStripped ? line.replace(/^\t+/, '') : line) === delimiter) break
      }
    }
    this.#hereDocuments = []
  }

  #word(): string {
    let word = ''
    const start = this.#at
    while (this.#at < this.#text.length && (!this.#peek(/[\s;&|()<>]/y) || this.#peek(/[<>]\(/y) || this.#opensList(word)))
      word += this.#piece()
    // A character that fits nowhere must not stop the reading.
    if (this.#at === start) this.#at += 1
    return word
  }

  /** `A=(…)`, and the patterns `@(…)`, `?(…)`. */
  #opensList(word: string): boolean {
    return this.#peek(/\(/y) && /[=@?*+!]$/.test(word)
  }

  /** One character, or one quoted or expanded part. */
  #piece(): string {
    const start = this.#at
    const plain = this.#take(/[\w./:,%^~-]+/y)
    if (plain !== null) return plain
    const escaped = this.#take(/\\[\s\S]/y)
    if (escaped !== null) return escaped === '\\\n' ? '' : escaped.slice(1)
    const ansi = this.#take(/\$'[^'\\]*(?:\\[\s\S][^'\\]*)*'?/y)
    if (ansi !== null) return ansi
    const single = this.#take(/'[^']*'?/y)
    if (single !== null) return single.replaceAll("'", '')
    if (this.#peek(/"/y)) {
      this.#doubleQuoted()
      return this.#text.slice(start, this.#at).replace(/^"|"$/g, '')
    }
    if (this.#peek(/`/y)) this.#take(/`[^`\\]*(?:\\[\s\S][^`\\]*)*`?/y)
    else if (this.#take(/\$(?=[({])/y) !== null || this.#peek(/\(/y) || this.#take(/[<>](?=\()/y) !== null) this.#expansion()
    else this.#at += 1
    return this.#text.slice(start, this.#at)
  }

  #expansion(): void {
    if (this.#peek(/\{/y)) this.#balanced('{', '}')
    else this.#balanced('(', ')')
  }

  #doubleQuoted(): void {
    this.#at += 1
    while (this.#at < this.#text.length && this.#take(/"/y) === null) {
      if (this.#take(/\\[\s\S]|[^"\\$`]+|\$(?![({])/y) === null) this.#within(() => this.#piece())
    }
  }

  /** From an opening character past the closing one that belongs to it. */
  #balanced(open: string, close: string): void {
    let depth = 0
    do {
      const next = this.#text.charAt(this.#at)
      if (next === open || next === close) {
        depth += next === open ? 1 : -1
        this.#at += 1
      } else if (open === '(' && this.#take(/(?<=\s)#[^\n]*/y) !== null) {
        // A comment inside a substitution: its quotes and brackets are text.
      } else this.#within(() => this.#piece())
    } while (depth > 0 && this.#at < this.#text.length)
  }

  /** Deeper than any script of a person: the rest is not read, rather than the stack used up. */
  #within(read: () => void): void {
    this.#nested += 1
    if (this.#nested > nesting) this.#at = this.#text.length
    else read()
    this.#nested -= 1
  }

  #skipTo(end: string): void {
    const at = this.#text.indexOf(end, this.#at)
    this.#at = at === -1 ? this.#text.length : at
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match === null) return null
    this.#at += match[0].length
    return match[0]
  }

  #peek(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    return pattern.test(this.#text)
  }
}
