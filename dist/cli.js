#!/usr/bin/env node
// The SDK's advice on Node versions is for those who build with it: what this program needs stands in its package.json.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const { cli } = await import('./preflight.js')
await cli(process.argv.slice(2))
