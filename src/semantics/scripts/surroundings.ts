import type { ScriptFolder } from '../../model/facts/scripts.ts'
import { provisioningParametersFile } from '../plan/lifecycle-folders.ts'
import { readJson } from '../text/json-document.ts'
import type { PythonSurroundings } from './python/reading.ts'
import { type CallFolder, pathIn } from './script-calls.ts'

/** The text of a file that the script at `path` sources. The folder in which HyperPod starts is the one where most are started. */
export const sourcedBy =
  ({ files }: ScriptFolder, path: string) =>
  (target: CallFolder): string | null => {
    const found = pathIn(target.base === 'own' ? folderOf(path) : '', target.path)
    const file = Object.hasOwn(files, found) ? files[found] : undefined
    return file?.kind === 'text' ? file.text : null
  }

/** What is known beside the text of the Python script at `path`. */
export const pythonSurroundings = (folder: ScriptFolder, path: string): PythonSurroundings => {
  const sourced = sourcedBy(folder, path)
  return { moduleText: (module) => sourced({ base: 'own', path: module }), workloadManager: workloadManagerIn(folder) }
}

/** Of provisioning_parameters.json. */
const workloadManagerIn = ({ files }: ScriptFolder): string | null => {
  const parameters = Object.hasOwn(files, provisioningParametersFile) ? files[provisioningParametersFile] : undefined
  const json = parameters?.kind === 'text' ? readJson(parameters.text) : null
  const value = json?.kind === 'json' && typeof json.value === 'object' && json.value !== null ? json.value : {}
  const manager = 'workload_manager' in value ? value.workload_manager : null
  return typeof manager === 'string' ? manager : null
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
