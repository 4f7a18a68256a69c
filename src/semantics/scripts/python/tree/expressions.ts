import type { SyntaxNode } from '@lezer/common'
import { numberOf, quotesOf, unescaped } from './literals.ts'
import type { Argument, Clause, Expression, Item, Parameter } from './nodes.ts'
import { flat, isComparison } from './operators.ts'
import { childrenOf, only, type Source, separated, UnreadPart } from './syntax.ts'

/** Nodes of the parser as expressions. Every method throws {@link UnreadPart} for what was not understood. */
export class ExpressionReader {
  readonly #source: Source

  constructor(source: Source) {
    this.#source = source
  }

  read(node: SyntaxNode): Expression {
    return this.#source.within(() => this.#read(node))
  }

  /** Expressions with commas between them are a tuple. */
  several(nodes: readonly SyntaxNode[]): Expression {
    const [first] = nodes
    const last = nodes.at(-1)
    if (first === undefined || last === undefined) throw new UnreadPart()
    const hasComma = nodes.some(({ name }) => name === ',')
    if (!hasComma && first.name !== '*') return this.read(only(nodes))
    return { kind: 'sequence', type: 'tuple', items: this.#items(nodes), offset: first.from, end: last.to }
  }

  #read(node: SyntaxNode): Expression {
    const span = { offset: node.from, end: node.to }
    const children = childrenOf(node)
    const inside = children.slice(1, -1)
    switch (node.name) {
      case 'VariableName':
        return { kind: 'name', name: this.#source.of(node), ...span }
      case 'String':
      case 'FormatString':
      case 'ContinuedString':
        return this.#text(node)
      case 'Number': {
        const value = numberOf(this.#source.of(node))
        return Number.isNaN(value) ? { kind: 'several', of: [], ...span } : { kind: 'number', value, ...span }
      }
      case 'Boolean':
        return { kind: 'constant', value: this.#source.of(node) === 'True', ...span }
      case 'None':
        return { kind: 'constant', value: null, ...span }
      case 'ParenthesizedExpression':
        return this.#grouped(inside, span)
      case 'MemberExpression':
        return this.#member(children, span)
      case 'CallExpression': {
        const [callee, list] = children
        if (callee === undefined || list === undefined) throw new UnreadPart()
        return { kind: 'call', callee: this.read(callee), given: this.arguments(list), ...span }
      }
      case 'UnaryExpression':
      case 'BinaryExpression':
        return this.#operation(node, children)
      case 'ArrayExpression':
        return { kind: 'sequence', type: 'list', items: this.#items(inside), ...span }
      case 'TupleExpression':
        return { kind: 'sequence', type: 'tuple', items: this.#items(inside), ...span }
      case 'SetExpression':
        return { kind: 'sequence', type: 'set', items: this.#items(inside), ...span }
      case 'DictionaryExpression':
        return { kind: 'dictionary', entries: separated(inside, ',').map((group) => this.#entry(group)), ...span }
      default:
        return this.#rarer(node, children)
    }
  }

  #rarer(node: SyntaxNode, children: readonly SyntaxNode[]): Expression {
    const span = { offset: node.from, end: node.to }
    const inside = children.slice(1, -1)
    const [first, second, third, , fifth] = children
    switch (node.name) {
      case 'ArrayComprehensionExpression':
        return { ...this.#comprehension(inside, 'list'), ...span }
      case 'SetComprehensionExpression':
        return { ...this.#comprehension(inside, 'set'), ...span }
      case 'DictionaryComprehensionExpression':
        return { ...this.#comprehension(inside, 'dictionary'), ...span }
      case 'ComprehensionExpression':
        return { ...this.#comprehension(inside, 'generator'), ...span }
      case 'ConditionalExpression':
        if (first === undefined || third === undefined || fifth === undefined) throw new UnreadPart()
        return { kind: 'conditional', test: this.read(third), ifTrue: this.read(first), ifFalse: this.read(fifth), ...span }
      case 'NamedExpression':
        if (first === undefined || third === undefined) throw new UnreadPart()
        return { kind: 'named', target: this.read(first), value: this.read(third), ...span }
      case 'LambdaExpression': {
        const body = children.at(-1)
        if (second === undefined || body === undefined) throw new UnreadPart()
        return { kind: 'lambda', parameters: this.parameters(childrenOf(second)), body: this.read(body), ...span }
      }
      case 'AwaitExpression':
        return { ...this.read(only(children.slice(1))), ...span }
      case 'YieldExpression':
        return { kind: 'several', of: children.filter(isOperand).map((child) => this.read(child)), ...span }
      case 'Ellipsis':
        return { kind: 'several', of: [], ...span }
      default:
        throw new UnreadPart()
    }
  }

  /** In brackets: a generator, or what stands there alone. */
  #grouped(inside: readonly SyntaxNode[], span: { readonly offset: number; readonly end: number }): Expression {
    if (inside.some(({ name }) => name === 'for')) return { ...this.#comprehension(inside, 'generator'), ...span }
    const [first, second] = inside
    if (first?.name === 'yield') return { kind: 'several', of: second === undefined ? [] : [this.read(second)], ...span }
    return this.several(inside)
  }

  /** `a.b`, `a[b]` */
  #member(children: readonly SyntaxNode[], span: { readonly offset: number; readonly end: number }): Expression {
    const [of, mark, name] = children
    if (of === undefined || mark === undefined || name === undefined) throw new UnreadPart()
    if (mark.name === '.') return { kind: 'attribute', of: this.read(of), name: this.#source.of(name), ...span }
    const inside = children.slice(2, -1)
    const isSlice = inside.some((node) => node.name === ':')
    return { kind: 'subscript', of: this.read(of), index: isSlice ? null : this.several(inside), ...span }
  }

  #text(node: SyntaxNode): Expression {
    const pieces = node.name === 'ContinuedString' ? childrenOf(node) : [node]
    const parts = pieces.flatMap((piece) => this.#piece(piece))
    const span = { offset: node.from, end: node.to }
    const joined = parts.reduce<(string | Expression)[]>((all, part) => {
      const last = all.at(-1)
      if (typeof part === 'string' && typeof last === 'string') all.splice(-1, 1, last + part)
      else all.push(part)
      return all
    }, [])
    const [value = ''] = joined
    return joined.length <= 1 && typeof value === 'string' ? { kind: 'text', value, ...span } : { kind: 'format', parts: joined, ...span }
  }

  /** Of a literal: its texts, and what is put in. Bytes are taken for a text. */
  #piece(node: SyntaxNode): readonly (string | Expression)[] {
    const { opening, closing, isRaw } = quotesOf(this.#source.of(node))
    const isFormat = node.name === 'FormatString'
    const parts: (string | Expression)[] = []
    let at = node.from + opening
    const end = node.to - closing
    const add = (to: number): void => {
      const written = this.#source.text.slice(at, to)
      const plain = isFormat ? written.replaceAll(/\{\{|\}\}/g, (pair) => pair.charAt(0)) : written
      if (to > at) parts.push(isRaw ? plain : unescaped(plain))
    }
    for (const child of childrenOf(node)) {
      if (child.name !== 'FormatReplacement') continue
      add(child.from)
      parts.push(this.#replacement(child))
      at = child.to
    }
    add(end)
    return parts
  }

  /** `{a}`; with a conversion or a format what is put in is not known. */
  #replacement(node: SyntaxNode): Expression {
    const inside = childrenOf(node).slice(1, -1)
    const values = inside.filter(({ name }) => !name.startsWith('Format'))
    const value = this.several(values)
    if (values.length === inside.length) return value
    return { kind: 'several', of: [value], offset: node.from, end: node.to }
  }

  #items(nodes: readonly SyntaxNode[]): readonly Item[] {
    return separated(nodes, ',').map((group) => {
      const isRest = group[0]?.name === '*'
      return { isRest, value: this.read(only(isRest ? group.slice(1) : group)) }
    })
  }

  #entry(nodes: readonly SyntaxNode[]): { readonly key: Expression | null; readonly value: Expression } {
    if (nodes[0]?.name === '**') return { key: null, value: this.read(only(nodes.slice(1))) }
    const [key, value] = separated(nodes, ':')
    return { key: this.read(only(key ?? [])), value: this.read(only(value ?? [])) }
  }

  /** An `ArgList`. */
  arguments(list: SyntaxNode): readonly Argument[] {
    const inside = childrenOf(list).slice(1, -1)
    if (inside.some(({ name }) => name === 'for')) {
      const [first] = inside
      const span = { offset: first?.from ?? list.from, end: inside.at(-1)?.to ?? list.to }
      return [{ kind: 'plain', name: '', value: { ...this.#comprehension(inside, 'generator'), ...span } }]
    }
    return separated(inside, ',').map((group): Argument => {
      const [first, mark] = group
      if (first?.name === '*') return { kind: 'rest', name: '', value: this.read(only(group.slice(1))) }
      if (first?.name === '**') return { kind: 'named rest', name: '', value: this.read(only(group.slice(1))) }
      if (first === undefined || mark?.name !== 'AssignOp') return { kind: 'plain', name: '', value: this.read(only(group)) }
      return { kind: 'named', name: this.#source.of(first), value: this.read(only(group.slice(2))) }
    })
  }

  /** What stands in a `ParamList`. */
  parameters(nodes: readonly SyntaxNode[]): readonly Parameter[] {
    let isByName = false
    return separated(
      nodes.filter(({ name }) => name !== '(' && name !== ')' && name !== 'TypeDef'),
      ',',
    ).flatMap((group): readonly Parameter[] => {
      const [first, second] = group
      if (first?.name === '*') isByName = true
      if (first === undefined || (first.name === '*' && second === undefined)) return []
      if (first.name === '*' || first.name === '**') {
        const name = this.#source.of(only(group.slice(1)))
        return [{ kind: first.name === '*' ? 'rest' : 'named rest', name, default: null }]
      }
      const given = second?.name === 'AssignOp' ? this.read(only(group.slice(2))) : null
      return [{ kind: isByName ? 'by name' : 'plain', name: this.#source.of(first), default: given }]
    })
  }

  #comprehension(
    nodes: readonly SyntaxNode[],
    type: 'list' | 'set' | 'dictionary' | 'generator',
  ): Omit<Extract<Expression, { kind: 'comprehension' }>, 'offset' | 'end'> {
    const start = nodes.findIndex(({ name }) => name === 'for' || name === 'async')
    const element = separated(nodes.slice(0, start), ':').map((group) => this.several(group))
    const clauses = separated(
      nodes.slice(start).filter(({ name }) => name !== 'async'),
      'for',
    ).map((group): Clause => {
      const at = group.findIndex(({ name }) => name === 'in')
      const [iterable = [], ...conditions] = separated(group.slice(at + 1), 'if')
      return {
        target: this.several(group.slice(0, at)),
        iterable: this.several(iterable),
        conditions: conditions.map((condition) => this.several(condition)),
      }
    })
    return { kind: 'comprehension', type, element, clauses }
  }

  #operation(node: SyntaxNode, children: readonly SyntaxNode[]): Expression {
    if (children.some(({ name }) => name === 'and' || name === 'or') || children[0]?.name === 'not') return this.#booleans(node)
    const span = { offset: node.from, end: node.to }
    if (node.name === 'UnaryExpression') {
      const operand = this.read(only(children.slice(1)))
      const sign = this.#source.text.charAt(node.from)
      if (operand.kind === 'number' && sign !== '~') return { ...operand, value: sign === '-' ? -operand.value : operand.value, ...span }
      return { kind: 'several', of: [operand], ...span }
    }
    const [left, first, ...rest] = children
    const right = children.at(-1)
    if (left === undefined || first === undefined || right === undefined) throw new UnreadPart()
    const operator = [first, ...rest.slice(0, -1)].map((each) => this.#source.of(each)).join(' ')
    const operands = { left: this.read(left), right: this.read(right) }
    if (first.name !== 'CompareOp' && !/^(?:in|not|is)$/.test(first.name)) return { kind: 'arithmetic', operator, ...operands, ...span }
    // Chained: brackets around it would be a node of their own.
    if (isComparison(left)) return { kind: 'several', of: [operands.left, operands.right], ...span }
    return { kind: 'comparison', operator, ...operands, ...span }
  }

  /** The parser lets `not` reach to the end of what follows: the words are put together again by how Python binds them. */
  #booleans(node: SyntaxNode): Expression {
    const words = flat(node)
    let at = 0
    const next = (): SyntaxNode | 'and' | 'or' | 'not' | undefined => words[at]
    const operand = (): Expression => {
      const word = next()
      if (word === undefined || word === 'and' || word === 'or') throw new UnreadPart()
      at += 1
      if (word !== 'not') return this.read(word)
      return this.#source.within(() => {
        const negated = operand()
        return { kind: 'not', operand: negated, offset: node.from, end: negated.end }
      })
    }
    const joined = (operator: 'and' | 'or', part: () => Expression): Expression => {
      let left = part()
      while (next() === operator) {
        at += 1
        const right = part()
        left = { kind: 'boolean', operator, left, right, offset: left.offset, end: right.end }
      }
      return left
    }
    return joined('or', () => joined('and', operand))
  }
}

const isOperand = ({ name }: SyntaxNode): boolean => name !== 'yield' && name !== 'from' && name !== ','
