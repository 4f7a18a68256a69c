import { gap, nameOfText, ownFile } from '../../shell/values.ts'
import { parentOf } from '../library/texts.ts'
import type { Path } from '../paths.ts'
import { boundTo, classMember, memberOf, objectMember } from './scopes.ts'
import { type PythonValue, textValue, unknown } from './values.ts'

/** `of.name`; a property is handed back as the method that answers. */
export const attributeOf = (of: PythonValue, name: string, { state }: Path): PythonValue => {
  switch (of.kind) {
    case 'module':
      return memberOf(of.id, name, state) ?? unknown
    case 'class': {
      const found = classMember(of, name, state) ?? unknown
      return found.kind === 'function' ? boundTo(of, found) : found
    }
    case 'object':
      return objectMember(of, name, state)
    case 'library':
      return libraryMember(`${of.path}.${name}`)
    case 'path':
      return pathMember(of, name)
    case 'result':
      return name === 'returncode' ? { kind: 'status', start: of.start, trueWhere: 'failed' } : { kind: 'own method', of, name }
    case 'text':
      // Of a member of an `Enum`.
      return name === 'value' ? of : { kind: 'own method', of, name }
    case 'list':
    case 'dictionary':
      return { kind: 'own method', of, name }
    default:
      return unknown
  }
}

const libraryMember = (path: string): PythonValue => {
  if (path === 'sys.executable') return textValue('python3')
  if (path === 'os.sep') return textValue('/')
  return { kind: 'library', path }
}

const pathMember = (of: Extract<PythonValue, { kind: 'path' }>, name: string): PythonValue => {
  const { text, at } = of
  if (name === 'parent') return { kind: 'path', text: parentOf(text), at }
  if (name === 'name') return textValue(nameOfText(text), at)
  if (name === 'stem') return textValue(nameOfText(text).replace(/(?<=.)\.[^.]*$/, ''), at)
  if (name === 'suffix') return textValue(text.includes(gap) ? gap : (/(?<=.)\.[^./]*$/.exec(text)?.[0] ?? ''), at)
  return { kind: 'own method', of, name }
}

/** `sys.argv[0]`, and items of what is not seen. */
export const builtinItem = (of: PythonValue, index: PythonValue): PythonValue => {
  const isScript = of.kind === 'library' && of.path === 'sys.argv' && index.kind === 'number' && index.value === 0
  return isScript ? textValue(ownFile) : unknown
}
