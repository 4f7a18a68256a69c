/**
 * Why something could not be learned. `message` names the API call and what it answered; `action` is the IAM action that allows it.
 *
 * `not-attempted`: it was not asked for, because this run cannot have credentials. It makes rules skipped, not unknown.
 * `not-saved`: a saved account is judged for another plan than the one it was saved for, and was not asked this.
 */
export interface Gap {
  readonly reason: 'denied' | 'throttled' | 'timeout' | 'unreachable' | 'unsupported' | 'unexpected' | 'not-attempted' | 'not-saved'
  readonly action: string
  readonly message: string
}

/** One thing learned about the world, or the reason why not. Absent is data (`null`, or missing from a list); not knowing is a {@link Gap}. */
export type Fact<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly gap: Gap }

/** One fact a key, each learned by a call of its own: one can be a gap while its neighbours are known. */
export type Keyed<T> = Readonly<Record<string, Fact<T>>>

/** An item that AWS listed and that could not be read: its own gap, which leaves the other items of the list alone. */
export interface Unread {
  readonly unread: Gap
}
