/** A pull request, and the run of a workflow that was started for it. */
export interface PullRequestRun {
  /** `owner/name` of the repository that the pull request is made to. */
  readonly repository: string
  readonly number: number
  /** The commit that is proposed, and the repository that it is in: null where that has been deleted. */
  readonly head: { readonly repository: string | null; readonly sha: string }
  /** The head is in another repository: the workflow's token can then only read. */
  readonly isFromFork: boolean
  readonly workflow: string
  /** Key of the job in the workflow's file; all jobs of a matrix have the same. */
  readonly job: string
  /** Id of the step, or the name that the runner gives one without an id. */
  readonly step: string
  /** Web address of the server, without a slash at the end. */
  readonly serverUrl: string
  /** Address of the server's API, without a slash at the end. */
  readonly apiUrl: string
  /** Web page of the run, which has the job summary. */
  readonly runUrl: string
  /** The folder that the runner checks out into. */
  readonly workspace: string
}
