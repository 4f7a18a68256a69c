import { setFlagsFromString } from 'node:v8'

// A run makes much garbage in little time. V8 would rather let its space for young objects grow than collect more often: a fifth more memory,
// and no time saved (docs/proof/speed.md says how to measure it). Set before the program is loaded, which is why it is imported after.
setFlagsFromString('--semi-space-growth-factor=1')

const { action } = await import('./preflight.js')
await action()
