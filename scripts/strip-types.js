// How jest reads TypeScript: as Node itself does, which puts spaces where types are, so that lines and columns stay as they are written.
// `npm run typecheck` is what checks the types.
import { stripTypeScriptTypes } from 'node:module'

export default { process: (source) => ({ code: stripTypeScriptTypes(source) }) }
