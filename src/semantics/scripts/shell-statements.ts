import { type ShellCommand, type ShellToken, shellTokens } from './shell-commands.ts'

/** Pipelines joined by `&&` and `||`, up to the end of the line, `;` or `&`. */
export interface Statement {
  readonly parts: readonly StatementPart[]
  /** Ends in `&`: the shell does not wait for it. */
  readonly background: boolean
}

export interface StatementPart {
  /** What stands before it; null for the first. */
  readonly operator: '&&' | '||' | null
  /** `!` before the pipeline. */
  readonly negated: boolean
  /** At least one. */
  readonly pipeline: readonly Unit[]
}

/** What a pipeline is made of. */
export type Unit =
  /** `end` is the offset behind it. */
  | { readonly kind: 'command'; readonly command: ShellCommand; readonly end: number }
  /** `((…))` */
  | { readonly kind: 'arithmetic'; readonly offset: number; readonly end: number }
  /** `group` is `{ }`, `branches` the lists of which one runs (`if`, `case`) or the one that is repeated. Conditions are left out. */
  | { readonly kind: 'group' | 'subshell' | 'condition' | 'loop'; readonly branches: readonly (readonly Statement[])[] }
  | { readonly kind: 'function'; readonly name: string; readonly body: readonly Statement[] }

export interface ShellProgram {
  readonly statements: readonly Statement[]
  /** False where brackets or keywords do not match: the statements before that place are known. */
  readonly complete: boolean
}

/**
 * A script as statements. Built on the reading of {@link shellTokens}: for checks, not a parser; it never throws.
 * https://www.gnu.org/software/bash/manual/html_node/Shell-Commands.html
 */
export const shellProgram = (text: string): ShellProgram => new StatementReader(shellTokens(text)).program()

/** Compound commands inside each other; deeper ones are taken for a mismatch, rather than the stack used up. */
const maxDepth = 100

class Mismatch extends Error {}

class StatementReader {
  readonly #tokens: readonly ShellToken[]
  #at = 0
  #depth = 0

  constructor(tokens: readonly ShellToken[]) {
    this.#tokens = tokens
  }

  program(): ShellProgram {
    const statements: Statement[] = []
    try {
      this.#readList(statements, [])
      return { statements, complete: this.#at === this.#tokens.length }
    } catch (error) {
      if (error instanceof Mismatch) return { statements, complete: false }
      throw error
    }
  }

  /** Up to one of these words, which is not taken. */
  #list(...ends: readonly string[]): readonly Statement[] {
    const statements: Statement[] = []
    this.#depth += 1
    if (this.#depth > maxDepth) throw new Mismatch()
    this.#readList(statements, ends)
    this.#depth -= 1
    return statements
  }

  #readList(statements: Statement[], ends: readonly string[]): void {
    for (;;) {
      while (this.#taken('\n', ';'));
      if (this.#at >= this.#tokens.length || ends.includes(this.#mark())) return
      statements.push(this.#statement())
    }
  }

  #statement(): Statement {
    const parts: StatementPart[] = []
    let operator: StatementPart['operator'] = null
    do {
      parts.push({ operator, ...this.#pipeline() })
      operator = this.#taken('&&') ? '&&' : this.#taken('||') ? '||' : null
      if (operator !== null) this.#lineFeeds()
    } while (operator !== null)
    const background = this.#taken('&')
    // What follows must be able to end a statement: the next one, or a word that closes, comes at its own place.
    if (!background) this.#taken('\n', ';')
    return { parts, background }
  }

  #pipeline(): Omit<StatementPart, 'operator'> {
    let negated = false
    while (this.#mark() === '!' || this.#mark() === 'time') negated = this.#take() === '!' ? !negated : negated
    const pipeline = [this.#unit()]
    while (this.#taken('|', '|&')) {
      this.#lineFeeds()
      pipeline.push(this.#unit())
    }
    return { negated, pipeline }
  }

  #unit(): Unit {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw new Mismatch()
    this.#at += 1
    if (token.kind === 'arithmetic') return { kind: 'arithmetic', offset: token.offset, end: token.end }
    if (token.kind === 'function') return this.#function(token.name)
    if (token.kind === 'mark') return this.#compound(token.text)
    const { command, end } = token
    const [name] = command.words
    return name === 'for' || name === 'select' ? this.#for() : { kind: 'command', command, end }
  }

  #function(name: string): Unit {
    this.#lineFeeds()
    if (this.#tokens[this.#at]?.kind === 'function') throw new Mismatch()
    return { kind: 'function', name, body: [{ parts: [{ operator: null, negated: false, pipeline: [this.#unit()] }], background: false }] }
  }

  #for(): Unit {
    if (this.#tokens[this.#at]?.kind === 'arithmetic') this.#at += 1
    while (this.#taken('\n', ';'));
    return this.#taken('{') ? this.#closed('loop', '}') : this.#body()
  }

  #body(): Unit {
    this.#expect('do')
    return this.#closed('loop', 'done')
  }

  #closed(kind: 'group' | 'subshell' | 'loop', end: string): Unit {
    const list = this.#list(end)
    this.#expect(end)
    return { kind, branches: [list] }
  }

  #compound(word: string): Unit {
    if (word === '{') return this.#closed('group', '}')
    if (word === '(') return this.#closed('subshell', ')')
    if (word === 'if') return this.#if()
    if (word === 'case') return this.#case()
    if (word !== 'while' && word !== 'until') throw new Mismatch()
    this.#list('do')
    return this.#body()
  }

  #if(): Unit {
    const branches: (readonly Statement[])[] = []
    do {
      this.#list('then')
      this.#expect('then')
      branches.push(this.#list('elif', 'else', 'fi'))
    } while (this.#taken('elif'))
    if (this.#taken('else')) branches.push(this.#list('fi'))
    this.#expect('fi')
    return { kind: 'condition', branches }
  }

  #case(): Unit {
    const branches: (readonly Statement[])[] = []
    while (!this.#taken('esac')) {
      branches.push(this.#list(';;', 'esac'))
      if (!this.#taken(';;') && this.#mark() !== 'esac') throw new Mismatch()
    }
    return { kind: 'condition', branches }
  }

  #lineFeeds(): void {
    while (this.#taken('\n'));
  }

  /** Text of the mark that comes next; empty where none does. */
  #mark(): string {
    const token = this.#tokens[this.#at]
    return token?.kind === 'mark' ? token.text : ''
  }

  #take(): string {
    const text = this.#mark()
    this.#at += 1
    return text
  }

  #taken(...marks: readonly string[]): boolean {
    if (!marks.includes(this.#mark())) return false
    this.#at += 1
    return true
  }

  #expect(mark: string): void {
    if (!this.#taken(mark)) throw new Mismatch()
  }
}
