// Stryker's mocha runner for mutants that are only ever active while tests run (`ignoreStatic`): nothing has to be loaded again between two of
// them, which the runner of its own would do, in a new process, wherever a test file runs mutated code as it is loaded.
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import { createMochaTestRunner } from '@stryker-mutator/mocha-runner'

const mochaOnceLoaded = (injector) =>
  Object.assign(createMochaTestRunner(injector), { capabilities: async () => ({ reloadEnvironment: true }) })
mochaOnceLoaded.inject = createMochaTestRunner.inject

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'mocha-once-loaded', mochaOnceLoaded)]
