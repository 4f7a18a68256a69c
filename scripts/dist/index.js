import { action } from './preflight.js'

await action()
