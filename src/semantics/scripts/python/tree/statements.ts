import type { SyntaxNode } from '@lezer/common'
import { ExpressionReader } from './expressions.ts'
import type { Branch, Expression, Handler, ImportedName, MatchCase, Pattern, Statement, Statements } from './nodes.ts'
import { childrenOf, only, type Source, separated, UnreadPart, withErrors } from './syntax.ts'

/** Nodes of the parser as statements. What was not understood is a statement of its own kind. */
export class StatementReader {
  readonly #source: Source
  readonly #expressions: ExpressionReader
  /** False once a part was not understood. */
  complete = true

  constructor(source: Source) {
    this.#source = source
    this.#expressions = new ExpressionReader(source)
  }

  /** Of a script, or of a body behind its colon. */
  list(nodes: readonly SyntaxNode[]): Statements {
    return nodes.flatMap((node) => {
      if (node.name === 'StatementGroup') return this.list(withErrors(node).filter(({ name }) => name !== ';'))
      return [this.#statement(node)]
    })
  }

  #statement(node: SyntaxNode): Statement {
    try {
      if (node.type.isError) throw new UnreadPart()
      return this.#source.within(() => this.#read(node))
    } catch (error) {
      if (!(error instanceof UnreadPart)) throw error
      this.complete = false
      return { kind: 'unread', offset: node.from, end: node.to }
    }
  }

  #read(node: SyntaxNode): Statement {
    const span = { offset: node.from, end: node.to }
    const children = childrenOf(node)
    const behind = children.slice(1)
    switch (node.name) {
      case 'ExpressionStatement':
        return { kind: 'expression', value: this.#expressions.several(children), ...span }
      case 'AssignStatement':
        return this.#assignment(node, children)
      case 'UpdateStatement':
        return this.#update(node, children)
      case 'ImportStatement':
        return this.#import(node, children)
      case 'IfStatement':
        return { kind: 'if', branches: this.#branches(children), otherwise: this.#otherwise(children), ...span }
      case 'ForStatement':
        return this.#for(node, children)
      case 'WhileStatement': {
        const [branch] = this.#branches(children)
        if (branch === undefined) throw new UnreadPart()
        return { kind: 'while', ...branch, otherwise: this.#otherwise(children), ...span }
      }
      case 'TryStatement':
        return this.#try(node, children)
      case 'WithStatement':
        return this.#with(node, children)
      case 'MatchStatement':
        return this.#match(node, children)
      case 'FunctionDefinition':
      case 'ClassDefinition':
        return this.#definition(node, [])
      case 'DecoratedStatement':
        return this.#decorated(node, children)
      case 'ReturnStatement':
        return { kind: 'return', value: behind.length === 0 ? null : this.#expressions.several(behind), ...span }
      case 'RaiseStatement':
        return { kind: 'raise', value: this.#raised(behind), ...span }
      default:
        return this.#simple(node, behind)
    }
  }

  #simple(node: SyntaxNode, behind: readonly SyntaxNode[]): Statement {
    const span = { offset: node.from, end: node.to }
    const parts = (): readonly (readonly SyntaxNode[])[] => separated(behind, ',')
    switch (node.name) {
      case 'AssertStatement':
        return { kind: 'assert', test: this.#expressions.several(parts()[0] ?? []), ...span }
      case 'DeleteStatement':
        return { kind: 'delete', targets: parts().map((group) => this.#expressions.several(group)), ...span }
      case 'ScopeStatement': {
        const kind = this.#source.text.startsWith('global', node.from) ? 'global' : 'nonlocal'
        return { kind, names: parts().map((group) => this.#source.of(only(group))), ...span }
      }
      case 'YieldStatement': {
        const values = parts().map((group) => this.#expressions.several(group.filter(({ name }) => name !== 'from')))
        return { kind: 'expression', value: { kind: 'several', of: values, ...span }, ...span }
      }
      case 'PassStatement':
      case 'TypeDefinition':
        return { kind: 'pass', ...span }
      case 'BreakStatement':
        return { kind: 'break', ...span }
      case 'ContinueStatement':
        return { kind: 'continue', ...span }
      // `print "a"` of Python 2 among them, which Python 3 refuses.
      default:
        throw new UnreadPart()
    }
  }

  #body(node: SyntaxNode | undefined): Statements {
    if (node?.name !== 'Body') throw new UnreadPart()
    return this.list(withErrors(node).filter(({ name }) => name !== ':'))
  }

  /** `if a: … elif b: …`, `while a: …`: each condition with its body. */
  #branches(children: readonly SyntaxNode[]): readonly Branch[] {
    return children.flatMap((node, at) => {
      if (!/^(?:if|elif|while)$/.test(node.name)) return []
      const end = children.findIndex(({ name }, index) => index > at && name === 'Body')
      return [{ test: this.#expressions.several(children.slice(at + 1, end)), body: this.#body(children[end]) }]
    })
  }

  /** The body behind `else`. */
  #otherwise(children: readonly SyntaxNode[], word = 'else'): Statements | null {
    const at = children.findIndex(({ name }) => name === word)
    return at === -1 ? null : this.#body(children[at + 1])
  }

  #for(node: SyntaxNode, all: readonly SyntaxNode[]): Statement {
    const children = all.filter(({ name }) => name !== 'async')
    const at = children.findIndex(({ name }) => name === 'in')
    const end = children.findIndex(({ name }) => name === 'Body')
    return {
      kind: 'for',
      target: this.#expressions.several(children.slice(1, at)),
      iterable: this.#expressions.several(children.slice(at + 1, end)),
      body: this.#body(children[end]),
      otherwise: this.#otherwise(children),
      offset: node.from,
      end: node.to,
    }
  }

  #try(node: SyntaxNode, children: readonly SyntaxNode[]): Statement {
    const handlers = children.flatMap((child, at): readonly Handler[] => {
      if (child.name !== 'except') return []
      const end = children.findIndex(({ name }, index) => index > at && name === 'Body')
      const head = children.slice(at + 1, end).filter(({ name }) => name !== '*')
      const [type = [], [name] = []] = separated(head, 'as')
      return [
        {
          type: type.length === 0 ? null : this.#expressions.several(type),
          name: name === undefined ? null : this.#source.of(name),
          body: this.#body(children[end]),
        },
      ]
    })
    return {
      kind: 'try',
      body: this.#body(children[1]),
      handlers,
      otherwise: this.#otherwise(children),
      last: this.#otherwise(children, 'finally'),
      offset: node.from,
      end: node.to,
    }
  }

  #with(node: SyntaxNode, all: readonly SyntaxNode[]): Statement {
    const children = all.filter(({ name }) => name !== 'async')
    const items = separated(children.slice(1, -1), ',').map((group) => {
      const [value = [], target] = separated(group, 'as')
      return { value: this.#expressions.several(value), target: target === undefined ? null : this.#expressions.several(target) }
    })
    return { kind: 'with', items, body: this.#body(children.at(-1)), offset: node.from, end: node.to }
  }

  #match(node: SyntaxNode, [, subject, body]: readonly SyntaxNode[]): Statement {
    if (subject === undefined || body === undefined) throw new UnreadPart()
    const cases = childrenOf(body).flatMap((clause) => (clause.name === 'MatchClause' ? [this.#case(clause)] : []))
    return { kind: 'match', subject: this.#expressions.read(subject), cases, offset: node.from, end: node.to }
  }

  #case(clause: SyntaxNode): MatchCase {
    const children = childrenOf(clause)
    const guard = children.find(({ name }) => name === 'Guard')
    const patterns = children.slice(1, -1).filter(({ name }) => name !== 'Guard')
    const [pattern] = patterns
    return {
      pattern: pattern === undefined || patterns.length > 1 ? { kind: 'other', names: [] } : this.#pattern(pattern),
      guard: guard === undefined ? null : this.#expressions.several(childrenOf(guard).slice(1)),
      body: this.#body(children.at(-1)),
    }
  }

  #pattern(node: SyntaxNode): Pattern {
    const children = childrenOf(node)
    if (node.name === 'CapturePattern') {
      const name = this.#source.of(node)
      return { kind: 'any', name: name === '_' ? null : name }
    }
    const parts = node.name === 'OrPattern' ? children.filter(({ name }) => name !== 'LogicOp') : [node]
    if (parts.every(({ name, firstChild }) => name === 'LiteralPattern' && firstChild?.nextSibling === null)) {
      return { kind: 'values', values: parts.map((part) => this.#expressions.read(only(childrenOf(part)))) }
    }
    return { kind: 'other', names: this.#captured(node) }
  }

  #captured(node: SyntaxNode): readonly string[] {
    return this.#source.within(() =>
      childrenOf(node).flatMap((child) => (child.name === 'CapturePattern' ? [this.#source.of(child)] : this.#captured(child))),
    )
  }

  #decorated(node: SyntaxNode, children: readonly SyntaxNode[]): Statement {
    const definition = children.at(-1)
    if (definition === undefined) throw new UnreadPart()
    const decorators = children.slice(0, -1).map((decorator): Expression => {
      const parts = childrenOf(decorator).slice(1)
      const list = parts.at(-1)
      const names = parts.filter(({ name }) => name === 'VariableName' || name === 'PropertyName')
      const span = { offset: decorator.from, end: decorator.to }
      const [first, ...rest] = names.map((part) => this.#source.of(part))
      if (first === undefined) throw new UnreadPart()
      const callee = rest.reduce<Expression>((of, name) => ({ kind: 'attribute', of, name, ...span }), {
        kind: 'name',
        name: first,
        ...span,
      })
      return list?.name === 'ArgList' ? { kind: 'call', callee, given: this.#expressions.arguments(list), ...span } : callee
    })
    return { ...this.#definition(definition, decorators), offset: node.from, end: node.to }
  }

  #definition(node: SyntaxNode, decorators: readonly Expression[]): Statement {
    const children = childrenOf(node)
    const name = children.find((child) => child.name === 'VariableName')
    if (name === undefined) throw new UnreadPart()
    const given = { name: this.#source.of(name), body: this.#body(children.at(-1)), decorators, offset: node.from, end: node.to }
    const list = children.find((child) => child.name === 'ParamList' || child.name === 'ArgList')
    if (node.name === 'ClassDefinition')
      return { kind: 'class', bases: list === undefined ? [] : this.#expressions.arguments(list), ...given }
    if (node.name !== 'FunctionDefinition' || list === undefined) throw new UnreadPart()
    return { kind: 'function', parameters: this.#expressions.parameters(childrenOf(list)), ...given }
  }

  #assignment(node: SyntaxNode, all: readonly SyntaxNode[]): Statement {
    const span = { offset: node.from, end: node.to }
    const groups = separated(
      all.filter(({ name }) => name !== 'TypeDef'),
      'AssignOp',
    )
    // `name: type` alone.
    if (groups.length === 1) return { kind: 'pass', ...span }
    const values = groups.map((group) => this.#assigned(group))
    const value = values.at(-1)
    if (value === undefined) throw new UnreadPart()
    return { kind: 'assign', targets: values.slice(0, -1), value, ...span }
  }

  #assigned(group: readonly SyntaxNode[]): Expression {
    const [first] = group
    const last = group.at(-1)
    if (first?.name !== 'yield' || last === undefined) return this.#expressions.several(group)
    const values = group.slice(1).filter(({ name }) => name !== 'from' && name !== ',')
    return { kind: 'several', of: values.map((each) => this.#expressions.read(each)), offset: first.from, end: last.to }
  }

  #update(node: SyntaxNode, children: readonly SyntaxNode[]): Statement {
    const [target, operator] = children
    if (target === undefined || operator === undefined) throw new UnreadPart()
    return {
      kind: 'update',
      target: this.#expressions.read(target),
      operator: this.#source.of(operator).replace(/=$/, ''),
      value: this.#assigned(children.slice(2)),
      offset: node.from,
      end: node.to,
    }
  }

  /** `raise A from b`; `raise A, b` is of Python 2. */
  #raised(behind: readonly SyntaxNode[]): Expression | null {
    const [value = []] = separated(behind, 'from')
    if (value.some(({ name }) => name === ',')) throw new UnreadPart()
    return value.length === 0 ? null : this.#expressions.several(value)
  }

  #import(node: SyntaxNode, children: readonly SyntaxNode[]): Statement {
    const span = { offset: node.from, end: node.to }
    const at = children.findIndex(({ name }) => name === 'import')
    const names = separated(
      children.slice(at + 1).filter(({ name }) => name !== '(' && name !== ')'),
      ',',
    ).map((group): ImportedName => {
      const [name = [], alias] = separated(group, 'as')
      return { name: this.#joined(name), alias: alias === undefined ? null : this.#joined(alias) }
    })
    if (children[0]?.name !== 'from') return { kind: 'import', modules: names, ...span }
    const from = this.#joined(children.slice(1, at))
    const level = /^\.*/.exec(from)?.[0].length ?? 0
    return { kind: 'from', module: from.slice(level), level, names, ...span }
  }

  #joined(nodes: readonly SyntaxNode[]): string {
    return nodes.map((node) => this.#source.of(node)).join('')
  }
}
