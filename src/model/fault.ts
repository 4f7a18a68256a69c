/** One thing that is wrong with what the user gave us. The run does not start; all faults are told at once. */
export interface Fault {
  /** Where it was given: `--vpc-id`, `input vpc-id`, `AWS_REGION`, `request.json:3:7`. */
  readonly source: string
  readonly problem: string
  readonly expected: string
}

/** A value, or everything that is wrong with what it was to be made of. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly Fault[] }
