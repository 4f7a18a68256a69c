import { gap } from '../shell/values.ts'
import type { Path } from './paths.ts'
import type { Expression, Item } from './tree/nodes.ts'
import { entriesOf, itemsOf, setEntries, setItems } from './values/lists.ts'
import { itemOf } from './values/operations.ts'
import { bind, setMember } from './values/scopes.ts'
import { alternativesOf, eitherOf, type PythonValue, spread, unknown } from './values/values.ts'

/** Gives a value to a variable, an attribute or an item. */
export const assignTo = (target: Expression, value: PythonValue, path: Path, evaluate: (expression: Expression) => PythonValue): void => {
  if (target.kind === 'name') bind(target.name, value, path.scope, path.state)
  else if (target.kind === 'sequence') unpack(target.items, value, path, evaluate)
  else if (target.kind === 'attribute') setAttribute(evaluate(target.of), target.name, value, path)
  else if (target.kind === 'subscript') setItem(evaluate(target.of), target.index === null ? unknown : evaluate(target.index), value, path)
}

const unpack = (items: readonly Item[], value: PythonValue, path: Path, evaluate: (expression: Expression) => PythonValue): void => {
  const ways = itemsOf(value, path.state)
  for (const [at, item] of items.entries()) {
    const isPlain = !items.slice(0, at + 1).some(({ isRest }) => isRest)
    const found = ways === null || !isPlain ? unknown : eitherOf(ways.map((each) => itemOf(each, at)))
    assignTo(item.value, found, path, evaluate)
  }
}

/** Of which object it is is not told where there are several. */
const setAttribute = (of: PythonValue, name: string, value: PythonValue, { state }: Path): void => {
  const all = alternativesOf(of)
  for (const each of all) {
    const isKept = each.kind === 'object' || each.kind === 'class' || each.kind === 'module'
    if (isKept) setMember(each.id, name, all.length === 1 ? value : unknown, state)
  }
}

const setItem = (of: PythonValue, index: PythonValue, value: PythonValue, { state }: Path): void => {
  for (const each of alternativesOf(of)) {
    if (each.kind === 'list') setItems(each.id, [spread], state)
    if (each.kind !== 'dictionary') continue
    const entries = entriesOf(each.id, state)
    const isTold = index.kind === 'text' && !index.text.includes(gap) && entries !== null && of.kind === 'dictionary'
    if (isTold) setEntries(each.id, new Map([...entries.entries, [index.text, value]]), entries.others, state)
    else setEntries(each.id, new Map(), 'possible', state)
  }
}
