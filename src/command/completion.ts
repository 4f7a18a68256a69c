import { commandNames, flagNames } from './flags.ts'

/** Shells that {@link completionScript} knows. */
export const shells = ['bash', 'zsh', 'fish'] as const

/**
 * A script that teaches a shell the commands, the flags and the rules: `source <(hyperpod-preflight completion bash)`. Flags whose names
 * end in `-file`, `snapshot`, `cluster-config` and `lifecycle-scripts` complete to files, `explain` to rules.
 */
export const completionScript = (shell: (typeof shells)[number], name: string, rules: readonly string[]): string => {
  const flags = ['output', 'verbose', 'quiet', 'profile', ...flagNames].map((flag) => `--${flag}`)
  if (shell === 'fish') return fish(name, flags, rules)
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${bash(name, flags, rules)}` : bash(name, flags, rules)
}

const bash = (name: string, flags: readonly string[], rules: readonly string[]): string => {
  const own = `_${name.replaceAll('-', '_')}`
  return `${own}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  case "$before" in
    explain|--only|--skip) COMPREPLY=($(compgen -W '${rules.join(' ')}' -- "$word")) ;;
    completion) COMPREPLY=($(compgen -W '${shells.join(' ')}' -- "$word")) ;;
    *-file|--*snapshot|--cluster-config|--lifecycle-scripts) COMPREPLY=($(compgen -f -- "$word")) ;;
    *)
      if [[ $word == -* ]]; then COMPREPLY=($(compgen -W '${flags.join(' ')}' -- "$word"))
      else COMPREPLY=($(compgen -W '${commandNames.join(' ')}' -- "$word") $(compgen -f -- "$word")); fi ;;
  esac
}
complete -o filenames -F ${own} ${name}
`
}

const fish = (name: string, flags: readonly string[], rules: readonly string[]): string =>
  [
    `complete -c ${name} -n __fish_use_subcommand -a '${commandNames.join(' ')}'`,
    ...flags.map((flag) => `complete -c ${name} -l ${flag.slice(2)}`),
    `complete -c ${name} -n '__fish_seen_subcommand_from explain' -f -a '${rules.join(' ')}'`,
    `complete -c ${name} -n '__fish_seen_subcommand_from completion' -f -a '${shells.join(' ')}'`,
  ]
    .join('\n')
    .concat('\n')
