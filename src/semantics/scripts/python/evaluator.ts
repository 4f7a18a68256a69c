import { gap } from '../shell/values.ts'
import { assignTo } from './assignments.ts'
import { type Call, type Given, type Machine, plainGiven } from './machine.ts'
import type { Path } from './paths.ts'
import type { Argument, Clause, Expression, Item, Parameter } from './tree/nodes.ts'
import { attributeOf, builtinItem } from './values/attributes.ts'
import { branch, decisionOf, negated } from './values/decisions.ts'
import { entriesOf, itemsOf, newList, onlyItems, setEntries } from './values/lists.ts'
import { calculated, compared, itemOf, put, usesStatus } from './values/operations.ts'
import { lookUp } from './values/scopes.ts'
import {
  combinationsOf,
  eachOf,
  eitherOf,
  type FunctionValue,
  literalText,
  none,
  numberValue,
  type PythonValue,
  type Scope,
  spread,
  textValue,
  truth,
  unknown,
} from './values/values.ts'

/** Items of a loop that are followed one by one. */
export const mostRounds = 50

/** What expressions stand for on a path, with what evaluating them does. */
export class Evaluator {
  readonly #machine: Machine

  constructor(machine: Machine) {
    this.#machine = machine
  }

  evaluate(expression: Expression, path: Path): PythonValue {
    if (!path.isAlive) return unknown
    switch (expression.kind) {
      case 'text':
        return literalText(expression.value, path.scope.module.text === 'own' ? expression.offset : null)
      case 'format': {
        const at = path.scope.module.text === 'own' ? expression.offset : null
        return put(expression.parts.map((part) => (typeof part === 'string' ? literalText(part, at) : asShown(this.evaluate(part, path)))))
      }
      case 'number':
        return numberValue(expression.value)
      case 'constant':
        return expression.value === null ? none : truth(expression.value)
      case 'name':
        return this.#setting(expression.name, lookUp(expression.name, path.scope, path.state))
      case 'attribute':
        return this.#attribute(expression.of, expression.name, path)
      case 'call':
        return this.#call(expression, path)
      case 'sequence':
        return this.#listed(expression.items, path)
      case 'dictionary':
        return this.#dictionary(expression.entries, path)
      default:
        return this.#operation(expression, path)
    }
  }

  #operation(expression: Expression, path: Path): PythonValue {
    switch (expression.kind) {
      case 'subscript': {
        const of = this.evaluate(expression.of, path)
        return expression.index === null ? sliceOf(of) : this.#item(of, this.evaluate(expression.index, path), path)
      }
      case 'conditional': {
        const decision = decisionOf(this.evaluate(expression.test, path), path.state)
        return either(
          branch(
            decision,
            path,
            (way) => this.evaluate(expression.ifTrue, way),
            (way) => this.evaluate(expression.ifFalse, way),
          ),
        )
      }
      case 'boolean':
        return this.#joined(expression, path)
      case 'not':
        return negated(this.evaluate(expression.operand, path), path.state)
      case 'comparison':
        return compared(expression.operator, this.evaluate(expression.left, path), this.evaluate(expression.right, path), path.state)
      case 'arithmetic': {
        const [left, right] = [this.evaluate(expression.left, path), this.evaluate(expression.right, path)]
        return calculated(expression.operator, left, right, path.state, this.#machine.fresh())
      }
      case 'lambda':
        return this.functionOf(expression, path)
      case 'comprehension':
        return this.#comprehended(expression, path)
      case 'named': {
        const value = this.evaluate(expression.value, path)
        this.assign(expression.target, value, path)
        return value
      }
      case 'several':
        for (const part of expression.of) this.evaluate(part, path)
        return unknown
      default:
        return unknown
    }
  }

  /** `a and b`, `a or b`; what is false in any case counts as false. */
  #joined({ operator, left, right }: Extract<Expression, { kind: 'boolean' }>, path: Path): PythonValue {
    const first = this.evaluate(left, path)
    const stay = (): PythonValue => first
    const goOn = (way: Path): PythonValue => this.evaluate(right, way)
    const decision = decisionOf(first, path.state)
    if (operator === 'or') return either(branch(decision, path, stay, goOn))
    const sides = branch(decision, path, goOn, stay)
    const isFalse = sides.ifTrue !== undefined && decisionOf(sides.ifTrue, path.state).kind === 'false'
    return isFalse ? truth(false) : either(sides)
  }

  /** A function as it is where it is defined. */
  functionOf(definition: FunctionValue['definition'], path: Path, role: FunctionValue['role'] = 'plain'): FunctionValue {
    return { kind: 'function', definition, scope: path.scope, defaults: this.#defaults(definition.parameters, path), role }
  }

  #defaults(parameters: readonly Parameter[], path: Path): ReadonlyMap<string, PythonValue> {
    return new Map(
      parameters.flatMap((parameter) => (parameter.default === null ? [] : [[parameter.name, this.evaluate(parameter.default, path)]])),
    )
  }

  #attribute(expression: Expression, name: string, path: Path): PythonValue {
    const of = this.evaluate(expression, path)
    const found = eachOf(of, (each) => {
      const value = attributeOf(each, name, path)
      const isProperty = value.kind === 'method' && value.function.role === 'property'
      return isProperty ? this.#property(value, expression, path) : value
    })
    return this.#setting(name, found)
  }

  /** What provisioning_parameters.json says where the script does not. */
  #setting(name: string, found: PythonValue): PythonValue {
    const isOpen = found.kind === 'unknown' || found.kind === 'library'
    const { workloadManager } = this.#machine
    return isOpen && name === 'workload_manager' && workloadManager !== null ? textValue(workloadManager) : found
  }

  #property(value: PythonValue, expression: Expression, path: Path): PythonValue {
    const call: Call = { kind: 'call', callee: expression, given: [], offset: expression.offset, end: expression.end }
    return this.#machine.call(value, plainGiven([]), path, call)
  }

  #item(of: PythonValue, index: PythonValue, path: Path): PythonValue {
    return eachOf(of, (each) => {
      if (each.kind === 'list' && index.kind === 'number') {
        const ways = itemsOf(each, path.state)
        return ways === null ? unknown : eitherOf(ways.map((items) => itemOf(items, index.value)))
      }
      if (each.kind === 'dictionary') return this.entry(each.id, index, path)
      return index.kind === 'text' ? this.#setting(index.text, builtinItem(each, index)) : builtinItem(each, index)
    })
  }

  /** Of a dictionary; any of its values where the key is not told. */
  entry(id: number, key: PythonValue, path: Path): PythonValue {
    const entries = entriesOf(id, path.state)
    if (entries === null) return unknown
    if (key.kind === 'text' && !key.text.includes(gap)) return entries.entries.get(key.text) ?? unknown
    return entries.others === 'none' && entries.entries.size > 0 ? eitherOf([...entries.entries.values()]) : unknown
  }

  #call(expression: Call, path: Path): PythonValue {
    const callee = this.evaluate(expression.callee, path)
    const given = this.given(expression.given, path)
    if (!path.isAlive) return unknown
    const found = this.#machine.call(callee, given, path, expression)
    const [first] = given.plain
    const isGet = expression.callee.kind === 'attribute' && expression.callee.name === 'get' && first?.kind === 'text'
    return isGet ? this.#setting(first.text, found) : found
  }

  given(all: readonly Argument[], path: Path): Given {
    const plain: PythonValue[] = []
    const named = new Map<string, PythonValue>()
    let others: Given['others'] = 'none'
    for (const { kind, name, value } of all) {
      const found = this.evaluate(value, path)
      if (kind === 'plain') plain.push(found)
      else if (kind === 'named') named.set(name, found)
      else if (kind === 'rest') plain.push(...(onlyItems(found, path.state) ?? [spread]))
      else {
        const entries = found.kind === 'dictionary' ? entriesOf(found.id, path.state) : null
        for (const [key, entry] of entries?.entries ?? []) named.set(key, entry)
        if (entries === null || entries.others === 'possible') others = 'possible'
      }
    }
    return { plain, named, others }
  }

  /** Where a part may be one of several lists, it is one of several lists. */
  #listed(items: readonly Item[], path: Path): PythonValue {
    const parts = items.map(({ isRest, value }): readonly (readonly PythonValue[])[] => {
      const found = this.evaluate(value, path)
      return isRest ? (itemsOf(found, path.state) ?? [[spread]]) : [[found]]
    })
    const isMany = parts.reduce((count, ways) => count * ways.length, 1) > 20
    const ways = isMany
      ? [[spread]]
      : parts.reduce<readonly (readonly PythonValue[])[]>(
          (before, next) => before.flatMap((one) => next.map((other) => [...one, ...other])),
          [[]],
        )
    for (const way of ways) for (const item of way) usesStatus(item)
    return eitherOf(ways.map((way) => newList(way, this.#machine.fresh(), path.state)))
  }

  #dictionary(all: Extract<Expression, { kind: 'dictionary' }>['entries'], path: Path): PythonValue {
    const entries = new Map<string, PythonValue>()
    let others: 'none' | 'possible' = 'none'
    for (const { key, value } of all) {
      const name = key === null ? unknown : this.evaluate(key, path)
      const found = this.evaluate(value, path)
      usesStatus(found)
      if (name.kind === 'text' && !name.text.includes(gap)) entries.set(name.text, found)
      else others = 'possible'
    }
    const id = this.#machine.fresh()
    setEntries(id, entries, others, path.state)
    return { kind: 'dictionary', id }
  }

  #comprehended({ element, clauses }: Extract<Expression, { kind: 'comprehension' }>, path: Path): PythonValue {
    const own = new Set(clauses.flatMap(({ target }) => (target.kind === 'name' ? [target.name] : [])))
    const scope: Scope = { id: this.#machine.fresh(), kind: 'function', own, outer: path.scope, module: path.scope.module }
    const inner = path.within(scope)
    const found: PythonValue[] = []
    const extent = this.#clauses(clauses, inner, (way) => {
      found.push(...element.map((part) => this.evaluate(part, way)).slice(-1))
    })
    if (!inner.isAlive) path.isAlive = false
    path.learn(inner.left)
    return newList(extent === 'whole' ? found : [...found, spread], this.#machine.fresh(), path.state)
  }

  /** `part`: there may be other rounds than those that are gone through, or fewer. */
  #clauses([clause, ...rest]: readonly Clause[], path: Path, each: (way: Path) => void): 'whole' | 'part' {
    if (clause === undefined) {
      each(path)
      return 'whole'
    }
    const items = onlyItems(this.evaluate(clause.iterable, path), path.state)
    const isTold = items !== null && items.length <= mostRounds && !items.some(({ kind }) => kind === 'spread')
    let extent: 'whole' | 'part' = isTold ? 'whole' : 'part'
    for (const item of isTold ? items : [unknown]) {
      const way = isTold ? path : path.fork({ certainty: 'perhaps' })
      this.assign(clause.target, item, way)
      const tests = clause.conditions.map((condition) => decisionOf(this.evaluate(condition, way), way.state).kind)
      if (tests.includes('false')) continue
      const isOpen = tests.some((kind) => kind !== 'true')
      const inner = isOpen ? way.fork({ certainty: 'perhaps' }) : way
      if (this.#clauses(rest, inner, each) === 'part' || isOpen) extent = 'part'
      if (isOpen) way.join([inner, way.fork()])
      if (!isTold) path.join([way, path.fork()])
    }
    return extent
  }

  /** Gives a value to a variable, an attribute or an item. */
  assign(target: Expression, value: PythonValue, path: Path): void {
    assignTo(target, value, path, (expression) => this.evaluate(expression, path))
  }
}

const sliceOf = (value: PythonValue): PythonValue => (value.kind === 'text' ? textValue(gap) : unknown)

/** What is put into a text. */
const asShown = (value: PythonValue): PythonValue => (combinationsOf([value]) === null ? unknown : value)

const either = ({
  ifTrue,
  ifFalse,
}: {
  readonly ifTrue: PythonValue | undefined
  readonly ifFalse: PythonValue | undefined
}): PythonValue => eitherOf([ifTrue, ifFalse].flatMap((value) => value ?? []))
