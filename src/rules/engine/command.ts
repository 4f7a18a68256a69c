export { command } from '../../semantics/text/command.ts'
