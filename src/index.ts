import { action as asAction } from './action.ts'
import { cli as asCommand } from './cli.ts'
import { tool } from './preflight.ts'
import { wholeProcess } from './run/ending.ts'
import { secretsOf } from './run/secrets.ts'

const secrets = secretsOf(process.env)

/** The action, as the whole of this process: when it is done, the process ends. Importing this file starts nothing. */
export const action = (): Promise<never> => wholeProcess(tool.name, secrets.hide, () => asAction(secrets))

/** The command, as the whole of this process. */
export const cli = (argv: readonly string[]): Promise<never> => wholeProcess(tool.name, secrets.hide, () => asCommand(argv, secrets))
