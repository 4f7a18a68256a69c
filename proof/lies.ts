import { beyondNumbers, type MemberKind, membersOf } from './answer-members.ts'

/** A way of not telling the truth about a member of an answer, by what the member is. */
export interface Lie {
  readonly name: string
  /** What it puts in the place of the member, for the kinds of members that it can be told about. */
  readonly by: Partial<Readonly<Record<MemberKind, unknown>>>
  /**
   * `tellable`: nothing that AWS answers looks so, and no value that it touches may be taken for a fact. `missing`: the same, but for
   * what AWS leaves out where there is none. `plausible`: it reads as an answer, and all that is asked is that nothing passes by it. `true
   * elsewhere`: nobody can tell it from the truth, and all that is asked is that it is judged.
   */
  readonly sort: 'tellable' | 'missing' | 'plausible' | 'true elsewhere'
  /** What is told, for the document. */
  readonly description: string
}

const part = { lie: 'lie' }

export const lies: readonly Lie[] = [
  {
    name: 'text',
    by: { number: 'lie', flag: 'lie', list: 'lie', part: 'lie' },
    sort: 'tellable',
    description: 'a text in the place of a number, a yes or no, a list or a part',
  },
  {
    name: 'part',
    by: { number: part, flag: part, text: part, list: part },
    sort: 'tellable',
    description: 'a part with a member of its own in the place of a value or a list',
  },
  {
    name: 'number',
    by: { text: 7, flag: 7, part: 7 },
    sort: 'tellable',
    description: 'a number in the place of a text, a yes or no, or a part (JSON)',
  },
  { name: 'NaN', by: { number: 'NaN' }, sort: 'tellable', description: 'a number that is none' },
  { name: 'negative', by: { number: -7 }, sort: 'tellable', description: 'a number below zero' },
  { name: 'endless', by: { number: beyondNumbers }, sort: 'tellable', description: 'a number beyond all numbers' },
  { name: 'null items', by: { list: [null] }, sort: 'tellable', description: 'a list of nothing but `null` (JSON)' },
  {
    name: 'missing',
    by: { number: undefined, flag: undefined, text: undefined, list: undefined, part: undefined },
    sort: 'missing',
    description: 'the member is not there',
  },
  { name: 'no text', by: { text: '' }, sort: 'missing', description: 'a text without a character' },
  { name: 'unknown word', by: { text: 'lie' }, sort: 'plausible', description: 'a word in the place of a text' },
]

/** Lies that only JSON can tell: in XML everything is a text, and a list that holds something else is an empty one. */
const isOfXml = ({ name }: Lie, kind: MemberKind): boolean =>
  !['number', 'null items'].includes(name) && !(name === 'part' && kind === 'list')

/** A lie about one member, wherever an answer has it. */
export interface Told {
  readonly lie: Lie
  readonly path: string
}

/** Every lie that can be told about every member of these answers. */
export const liesAbout = (answers: readonly string[]): readonly Told[] => {
  const told = new Map<string, Told>()
  for (const answer of answers) {
    for (const { path, kind } of membersOf(answer)) {
      for (const lie of lies) if (canTell(lie, kind, answer)) told.set(`${lie.name} ${path}`, { lie, path })
    }
  }
  return [...told.values()]
}

/** The answer with the lie in it; as it is where it has no such member. */
export const lyingAnswer = (answer: string, { lie, path }: Told): string => {
  const member = membersOf(answer).find((one) => one.path === path && canTell(lie, one.kind, answer))
  return member === undefined ? answer : member.replaced(lie.by[member.kind])
}

const canTell = (lie: Lie, kind: MemberKind, answer: string): boolean =>
  kind in lie.by && (!answer.trimStart().startsWith('<') || isOfXml(lie, kind))
