#!/usr/bin/env node
import { cli } from './preflight.js'

await cli(process.argv.slice(2))
