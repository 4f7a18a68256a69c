import type {
  Argument,
  Expression,
  Item,
  Parameter,
  Pattern,
  Statement,
  Statements,
} from '../../../../../src/semantics/scripts/python/tree/nodes.ts'

/** Statements as a Python script; inner expressions stand in brackets. */
export const printed = (statements: Statements, indent = ''): string => {
  const lines = statements.map((statement) => printedStatement(statement, indent))
  return lines.length === 0 ? `${indent}pass\n` : lines.join('')
}

const printedStatement = (statement: Statement, indent: string): string => {
  const line = (text: string): string => `${indent}${text}\n`
  const block = (head: string, body: Statements | null): string =>
    body === null ? '' : `${line(`${head}:`)}${printed(body, `${indent}    `)}`
  const decorated = (decorators: readonly Expression[]): string => decorators.map((each) => line(`@${printedExpression(each)}`)).join('')
  switch (statement.kind) {
    case 'import':
      return line(`import ${statement.modules.map(named).join(', ')}`)
    case 'from':
      return line(`from ${'.'.repeat(statement.level)}${statement.module} import ${statement.names.map(named).join(', ')}`)
    case 'function': {
      const head = `def ${statement.name}(${statement.parameters.map(parameter).join(', ')})`
      return decorated(statement.decorators) + block(head, statement.body)
    }
    case 'class': {
      const head = `class ${statement.name}${statement.bases.length === 0 ? '' : `(${statement.bases.map(argument).join(', ')})`}`
      return decorated(statement.decorators) + block(head, statement.body)
    }
    case 'if':
      return (
        statement.branches.map(({ test, body }, at) => block(`${at === 0 ? 'if' : 'elif'} ${inner(test)}`, body)).join('') +
        block('else', statement.otherwise)
      )
    case 'match':
      return (
        line(`match ${inner(statement.subject)}:`) +
        statement.cases
          .map(({ pattern, guard, body }) => {
            const head = `${indent}    case ${printedPattern(pattern)}${guard === null ? '' : ` if ${inner(guard)}`}:\n`
            return head + printed(body, `${indent}        `)
          })
          .join('')
      )
    case 'for':
      return block(`for ${target(statement.target)} in ${inner(statement.iterable)}`, statement.body) + block('else', statement.otherwise)
    case 'while':
      return block(`while ${inner(statement.test)}`, statement.body) + block('else', statement.otherwise)
    case 'try':
      return (
        block('try', statement.body) +
        statement.handlers
          .map(({ type, name, body }) =>
            block(`except${type === null ? '' : ` ${inner(type)}`}${type === null || name === null ? '' : ` as ${name}`}`, body),
          )
          .join('') +
        block('else', statement.otherwise) +
        block('finally', statement.last)
      )
    case 'with':
      return block(
        `with ${statement.items.map((item) => inner(item.value) + (item.target === null ? '' : ` as ${target(item.target)}`)).join(', ')}`,
        statement.body,
      )
    case 'return':
    case 'raise':
      return line(statement.value === null ? statement.kind : `${statement.kind} ${inner(statement.value)}`)
    case 'assert':
      return line(`assert ${inner(statement.test)}`)
    case 'assign':
      return line([...statement.targets.map(target), inner(statement.value)].join(' = '))
    case 'update':
      return line(`${target(statement.target)} ${statement.operator}= ${inner(statement.value)}`)
    case 'expression':
      return line(inner(statement.value))
    case 'delete':
      return line(`del ${statement.targets.map(target).join(', ')}`)
    case 'global':
    case 'nonlocal':
      return line(`${statement.kind} ${statement.names.join(', ')}`)
    default:
      return line(statement.kind)
  }
}

const named = ({ name, alias }: { readonly name: string; readonly alias: string | null }): string =>
  alias === null ? name : `${name} as ${alias}`

const target = (expression: Expression): string => printedExpression(expression)

/** In brackets unless it is one word: which operator binds first is then written down. */
const inner = (expression: Expression): string =>
  ['name', 'text', 'constant', 'sequence', 'dictionary', 'format', 'comprehension'].includes(expression.kind)
    ? printedExpression(expression)
    : `(${printedExpression(expression)})`

const printedPattern = (pattern: Pattern): string => {
  if (pattern.kind === 'any') return pattern.name ?? '_'
  return pattern.kind === 'values' ? pattern.values.map(inner).join(' | ') : `[${['1', ...pattern.names].join(', ')}]`
}

export const printedExpression = (expression: Expression): string => {
  switch (expression.kind) {
    case 'text':
      return JSON.stringify(expression.value)
    case 'format':
      return `f'''${expression.parts
        .map((part) =>
          typeof part === 'string' ? part.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll(/[{}]/g, '$&$&') : `{${inner(part)}}`,
        )
        .join('')}'''`
    case 'number':
      return String(expression.value)
    case 'constant':
      return expression.value === null ? 'None' : expression.value ? 'True' : 'False'
    case 'name':
      return expression.name
    case 'attribute':
      return `${inner(expression.of)}.${expression.name}`
    case 'subscript':
      return `${inner(expression.of)}[${expression.index === null ? '1:' : inner(expression.index)}]`
    case 'call':
      return `${inner(expression.callee)}(${expression.given.map(argument).join(', ')})`
    case 'sequence': {
      const items = expression.items.map(item)
      if (expression.type === 'list') return `[${items.join(', ')}]`
      return expression.type === 'set' ? `{${items.join(', ')}}` : `(${items.join(', ')}${items.length === 1 ? ',' : ''})`
    }
    case 'dictionary':
      return `{${expression.entries.map(({ key, value }) => (key === null ? `**${inner(value)}` : `${inner(key)}: ${inner(value)}`)).join(', ')}}`
    case 'conditional':
      return `${inner(expression.ifTrue)} if ${inner(expression.test)} else ${inner(expression.ifFalse)}`
    case 'boolean':
    case 'comparison':
    case 'arithmetic':
      return `${inner(expression.left)} ${expression.operator} ${inner(expression.right)}`
    case 'not':
      return `not ${inner(expression.operand)}`
    case 'lambda':
      return `lambda ${expression.parameters.map(parameter).join(', ')}: ${inner(expression.body)}`
    case 'named':
      return `${printedExpression(expression.target)} := ${inner(expression.value)}`
    case 'comprehension':
      return printedComprehension(expression)
    case 'several':
      return expression.of.length === 0 ? '...' : `~${inner(expression.of[0] ?? expression)}`
  }
}

const printedComprehension = ({ type, element, clauses }: Extract<Expression, { kind: 'comprehension' }>): string => {
  const text = [
    element.map(inner).join(': '),
    ...clauses.map((clause) =>
      [`for ${target(clause.target)} in ${inner(clause.iterable)}`, ...clause.conditions.map((test) => `if ${inner(test)}`)].join(' '),
    ),
  ].join(' ')
  if (type === 'list') return `[${text}]`
  return type === 'generator' ? `(${text})` : `{${text}}`
}

const item = ({ isRest, value }: Item): string => `${isRest ? '*' : ''}${inner(value)}`

const argument = ({ kind, name, value }: Argument): string => {
  if (kind === 'named') return `${name}=${inner(value)}`
  return `${kind === 'rest' ? '*' : kind === 'named rest' ? '**' : ''}${inner(value)}`
}

const parameter = ({ kind, name, default: given }: Parameter): string =>
  `${kind === 'rest' ? '*' : kind === 'named rest' ? '**' : ''}${name}${given === null ? '' : `=${inner(given)}`}`
