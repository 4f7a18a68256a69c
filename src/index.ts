/** What `dist/` packs: both faces of the program. Importing it starts neither. */
export { action } from './action.ts'
export { cli } from './cli.ts'
