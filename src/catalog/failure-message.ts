/** What HyperPod, or a node of it, says when a cluster does not come up, and the rules that foresee it. */
export interface FailureMessage {
  /** As it is seen; `…` stands for what differs from case to case. Several where one cause has several. */
  readonly messages: readonly [string, ...string[]]
  /** What lies behind it, in plain words. */
  readonly cause: string
  /** Ids of the rules that foresee it, the likeliest cause first; empty where no read-only call can. */
  readonly rules: readonly string[]
  /** What the rules cannot see of it; always there where there is no rule. A full sentence. */
  readonly unforeseen?: string
  /** Web address of where it was seen. */
  readonly source: string
}
