import type { Fact } from '../fact.ts'

/** A script or parameter file: its text decoded as UTF-8 (a byte order mark is kept as U+FEFF, carriage returns are kept). */
export type ScriptFile =
  | {
      readonly kind: 'text'
      readonly text: string
      readonly executable: boolean | null
      /** ARN of the KMS key that the object is encrypted with, null where no KMS key is used; absent for a file of the repository. */
      readonly kmsKeyId?: string | null
      /** git has the file of the repository with line feeds alone, and its working copy has carriage returns; absent elsewhere. */
      readonly inGit?: 'lf'
    }
  /** `reason` says the cause in plain words, with the numbers. */
  | { readonly kind: 'refused'; readonly cause: RefusalCause; readonly reason: string }

/**
 * Why a file was not read. Of the file itself: `size`, larger than what is read; `encoding`, not UTF-8 text. Of its place in the
 * folder, so that the content of this path is not known at all: `link-outside`, a link that leaves the folder or leads into a part of
 * it that is left aside; `link-broken`; `link-loop`, to a folder that holds the link; `kind`, a pipe, socket or device; `name`, not
 * UTF-8; `access`, this machine would not open it. `bound`: the folder holds more than is read.
 */
export type RefusalCause = 'size' | 'encoding' | 'link-outside' | 'link-broken' | 'link-loop' | 'kind' | 'name' | 'access' | 'bound'

/** A file of the repository's folder that some folder of the plan in S3 has too, measured where it lies. */
export interface FileDigest {
  /** Bytes. */
  readonly size: number
  /** Hexadecimal; null where it was not hashed: no object of the path has this size, the file cannot be opened, or there is too much to hash. */
  readonly md5: string | null
  /** ETags, without quotes, that S3 gives the content under the likely part sizes, for the part counts that the objects have. */
  readonly multipartEtags: readonly string[]
}

/**
 * Lifecycle scripts of one origin. `repository` is the folder of the `lifecycle-scripts` input, `bucket` one folder of the plan.
 * Paths are relative to the folder, with forward slashes. Only files that rules read are in `files`; `paths` has them all.
 */
export interface ScriptFolder {
  readonly origin: 'repository' | 'bucket'
  /** The folder as the user knows it: a path, or `s3://bucket/prefix/`. */
  readonly name: string
  readonly paths: readonly string[]
  readonly files: Readonly<Record<string, ScriptFile>>
  /** Small files that no rule reads as scripts, by path. Absent in snapshots of earlier versions. */
  readonly others?: Readonly<Record<string, OtherFile>>
}

/** A file of a folder of scripts that was only looked through for credentials: neither its text nor what was found is kept. */
export type OtherFile =
  | { readonly kind: 'read'; readonly credentials: readonly KeptCredential[] }
  /** `reason` says the cause in plain words. */
  | { readonly kind: 'unread'; readonly reason: string }

/** A credential in a file, without the secret. */
export interface KeptCredential {
  /** What it is, with at most four of its characters. */
  readonly what: string
  /** Counts from 1. */
  readonly line: number
  /** Surely a credential; else something that should be looked at. */
  readonly certain: boolean
}

/** What parsers say about one script. Nothing of it was run. */
export interface ScriptSyntax {
  /** Name of the program that reads the script: that of its shebang, else `bash` or, for Python, `python3`. */
  readonly interpreter: string
  readonly parsed: ParsedScript
  /** Null where shellcheck is not installed, does not know the language, or the script was refused. */
  readonly shellcheck: Fact<ShellcheckComments | null>
}

export type ParsedScript =
  /** `openHereDocument`: the here-document in that line has no end, so that the rest of the script is text of it. */
  | { readonly kind: 'accepted'; readonly openHereDocument: { readonly line: number; readonly delimiter: string } | null }
  /**
   * `line` is null where the parser names none; `by` is the parser with its version where it matters. `doubt`: why a node may accept it
   * all the same, in plain words.
   */
  | {
      readonly kind: 'refused'
      readonly by: string
      readonly line: number | null
      readonly message: string
      readonly doubt: string | null
    }
  /** The interpreter is not installed on this machine. */
  | { readonly kind: 'absent' }

/** Findings of shellcheck at its levels error and warning, in its order: the first of `total`. */
export interface ShellcheckComments {
  readonly total: number
  readonly comments: readonly ShellcheckComment[]
}

export interface ShellcheckComment {
  /** Both count from 1. */
  readonly line: number
  readonly column: number
  readonly level: string
  /** 2086 of SC2086. */
  readonly code: number
  readonly message: string
}
