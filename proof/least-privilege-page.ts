/** An action of the policy, and what was seen of it. */
export interface GrantedAction {
  readonly action: string
  /** Patterns that the policies of the plans limit it to. */
  readonly resources: Set<string>
  /** What it was asked about. */
  readonly askedAbout: Set<string>
  calls: number
  /** Rules that are unknown without it. */
  readonly unknown: Set<string>
}

/** The proof as a page of the documentation. */
export const leastPrivilegePage = (actions: readonly GrantedAction[], accounts: readonly string[]): string => {
  const alone = actions.filter(({ unknown }) => unknown.size > 0)
  return `${[
    '# Least privilege',
    '',
    `The policy that \`hyperpod-preflight iam-policy\` prints, against the calls of the packed action in ${accounts.length} accounts (${accounts.join(', ')}).`,
    'A proxy reads the action and the resource of every request, and refuses what the policy does not allow. `npm run least-privilege` makes all',
    'the runs, writes this page, and fails where',
    '',
    "- with the policy for any plan, or with the plan's own, anything is refused or any finding differs: nothing is missing;",
    '- an action of the policy is never called: nothing is unused;',
    '- without one of its actions a finding says anything but what it said before, or `unknown`;',
    "- parliament, which knows AWS's actions, resources and the grammar of policies, finds a fault in one of the policies.",
    '',
    `**${actions.length} actions, all of them called, none missing.** Without one of them, ${alone.length} turn rules to \`unknown\`; for the others other evidence says the same, or they`,
    'sharpen what is settled without them. All of them only read: the tests hold every call of every run to this list, and the list to the access',
    "levels List and Read of AWS's own reference.",
    '',
    "| action | limited to, by the plans' own policies | unknown without it |",
    '| --- | --- | --- |',
    ...actions.map(({ action, resources, unknown }) => `| \`${action}\` | ${codes(resources)} | ${codes(unknown) || 'none alone'} |`),
  ].join('\n')}\n`
}

const codes = (items: ReadonlySet<string>): string =>
  [...items]
    .sort()
    .map((item) => `\`${item}\``)
    .join('<br>')
