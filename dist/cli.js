#!/usr/bin/env node
// GitHub's client reads the event of a workflow as soon as it is loaded, and prints or throws where it cannot. The command has no use for it.
delete process.env.GITHUB_EVENT_PATH
// The SDK's advice on Node versions is for those who build with it: what this program needs stands in its package.json.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const { cli } = await import('./preflight.js')
await cli(process.argv.slice(2))
