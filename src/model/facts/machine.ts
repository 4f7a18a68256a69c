/** The machine that this runs on, as far as installing a tool on it depends on it. */
export interface Machine {
  readonly platform: 'linux' | 'macos' | 'windows' | 'other'
  readonly architecture: 'x64' | 'arm64' | 'other'
  /** Package managers on PATH. */
  readonly packageManagers: readonly PackageManager[]
  /** It runs jobs of a CI system, where nobody works with tools that the job does not install. Absent elsewhere. */
  readonly runs?: 'ci'
}

export type PackageManager = 'apt-get' | 'dnf' | 'yum' | 'brew' | 'winget' | 'choco'

/** A command-line tool on this machine. `output` is the first 2,000 characters that its version command printed. */
export type Tool = { readonly kind: 'found'; readonly path: string; readonly output: string } | { readonly kind: 'absent' }
