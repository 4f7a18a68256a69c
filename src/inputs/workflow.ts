import { isAbsolute, relative, resolve, sep } from 'node:path'

/** What the runner of GitHub Actions tells about the run; nulls outside of a workflow. */
export interface Workflow {
  /** Id of the job, which all jobs of a matrix share. */
  readonly job: string | null
  /** The file of the workflow, from the root of the repository: the inputs stand there. */
  readonly file: string | null
  /**
   * A path that is relative to the working folder, from the root of the repository; absolute where it leads out of it. With slashes.
   * Outside of a workflow the working folder counts as the root.
   */
  readonly repositoryPath: (path: string) => string
}

/** https://docs.github.com/actions/reference/workflows-and-actions/variables */
export const readWorkflow = (environment: Readonly<Record<string, string | undefined>>, workingFolder: string): Workflow => {
  const root = environment['GITHUB_WORKSPACE'] || workingFolder
  return {
    job: environment['GITHUB_JOB'] || null,
    // octocat/hello-world/.github/workflows/preflight.yml@refs/heads/main
    file: /^[^/]+\/[^/]+\/(?<path>[^@]+)@/.exec(environment['GITHUB_WORKFLOW_REF'] ?? '')?.groups?.['path'] ?? null,
    repositoryPath: (path) => {
      const whole = resolve(workingFolder, path)
      const fromRoot = relative(root, whole)
      const leadsOut = fromRoot === '' || fromRoot === '..' || fromRoot.startsWith(`..${sep}`) || isAbsolute(fromRoot)
      return (leadsOut ? whole : fromRoot).replaceAll(sep, '/')
    },
  }
}
