import ipaddr from 'ipaddr.js'
import { type ScriptCommand, workingWords } from './script-calls.ts'
import { shellCommands } from './shell-tree.ts'

/** A command of a script that has to reach the internet. */
export interface InternetCommand {
  /** In a few words, without arguments that may be secret: `apt-get install`, `curl https://download.docker.com`. */
  readonly text: string
  readonly offset: number
  /** Repositories of Amazon Linux lie in S3: a gateway endpoint of the Region leads to them as well. */
  readonly servedByS3: boolean
}

/** The commands that need the internet for certain: those whose other side the text does not tell are left out. */
export const internetCommands = (commands: readonly ScriptCommand[]): readonly InternetCommand[] => {
  const all = commands.flatMap(({ words, offset, certainty }) => {
    if (certainty === 'never') return []
    const found = reached(words, 0)
    return found === null ? [] : [{ ...found, offset }]
  })
  // A command within another one's words is told for itself as well.
  return [...new Map(all.map((found) => [`${found.offset} ${found.text}`, found])).values()]
}

type Reached = Pick<InternetCommand, 'text' | 'servedByS3'>

const says = new Set(['echo', 'printf', 'logger', 'log', 'cat', 'sed', 'grep', 'awk', 'test', '[', '[['])

const reached = (given: readonly string[], depth: number): Reached | null => {
  const words = workingWords(given)
  const [program = '', ...args] = words
  const name = program.slice(program.lastIndexOf('/') + 1)
  const own = byProgram(name, args)
  if (own !== null || depth > 3) return own
  const substituted = given.flatMap((word) => [...word.matchAll(/(?:\$|<)\(([^()]*)\)|`([^`]*)`/g)].map(([, a, b]) => a ?? b ?? ''))
  // A command handed to a function or a shell as one word: `retry "apt-get install x"`, `bash -c "…"`.
  const handedOn = says.has(name) ? [] : words.slice(1).filter((word) => /^\s*[\w./-]+\s/.test(word) && !word.includes('\n\n'))
  for (const text of [...substituted, ...handedOn]) {
    for (const command of shellCommands(text.slice(0, 2000))) {
      const found = reached(command.words, depth + 1)
      if (found !== null) return found
    }
  }
  return null
}

/** What each package manager does over the network. */
const fetching: Readonly<Record<string, RegExp>> = {
  apt: /^(?:update|install|upgrade|full-upgrade|build-dep)$/,
  'apt-get': /^(?:update|install|upgrade|dist-upgrade|build-dep)$/,
  aptitude: /^(?:update|install|upgrade)$/,
  yum: /^(?:install|update|upgrade|makecache|groupinstall|reinstall)$/,
  dnf: /^(?:install|update|upgrade|makecache|groupinstall|reinstall)$/,
  microdnf: /^(?:install|update|upgrade)$/,
  'amazon-linux-extras': /^(?:install|enable)$/,
  zypper: /^(?:install|in|update|up|refresh)$/,
  pip: /^(?:install|download|wheel)$/,
  conda: /^(?:install|create|update)$/,
  mamba: /^(?:install|create|update)$/,
  npm: /^(?:install|i|ci|add)$/,
  yarn: /^(?:add|install)$/,
  pnpm: /^(?:add|install|i)$/,
  snap: /^(?:install|refresh)$/,
  gem: /^install$/,
  cargo: /^(?:install|fetch)$/,
  go: /^(?:get|install)$/,
  'ansible-galaxy': /^(?:install|collection|role)$/,
  'add-apt-repository': /^(?:-y|ppa:.*|deb .*)$/,
}

const amazonLinux = new Set(['yum', 'dnf', 'microdnf', 'amazon-linux-extras'])

const byProgram = (name: string, args: readonly string[]): Reached | null => {
  if (/^python(?:3(?:\.\d+)?)?$/.test(name) && args[0] === '-m' && args[1] === 'pip') return byProgram('pip', args.slice(2))
  if (/^pip3(?:\.\d+)?$/.test(name)) return byProgram('pip', args)
  if (name === 'uv' && args[0] === 'pip') return byProgram('pip', args.slice(1))
  if (name === 'curl' || name === 'wget' || name === 'aria2c') return byAddress(name, args)
  if (name === 'git') return byRepository(args)
  if (/^(?:docker|podman|nerdctl|enroot|ctr|crictl)$/.test(name)) return byImage(name, args)
  const wanted = Object.hasOwn(fetching, name) ? fetching[name] : undefined
  const action = args.find((word) => wanted?.test(word))
  if (wanted === undefined || action === undefined || isLocal(name, action, args)) return null
  return { text: `${name} ${action}`, servedByS3: amazonLinux.has(name) }
}

/** Packages that lie on the node, or come from somewhere else than the public repositories. */
const isLocal = (name: string, action: string, args: readonly string[]): boolean => {
  const elsewhere =
    /^(?:--no-index|--no-download|--offline|--disablerepo=\*|--index-url.*|-i|--find-links.*|-f|--registry.*|-C|--cacheonly)$/
  if (name === 'pip' || name === 'conda' || name === 'npm') {
    if (args.some((word) => elsewhere.test(word) && !/=https:\/\/(?:pypi\.org|registry\.npmjs\.org)/.test(word))) return true
  }
  if (amazonLinux.has(name) && args.some((word) => word === '-C' || word === '--cacheonly')) return true
  if (action !== 'install') return false
  const packages = args.slice(args.indexOf(action) + 1).filter((word) => !word.startsWith('-'))
  // `apt install ./a.deb` still asks the repositories for what it depends on, but not for certain.
  return packages.length > 0 && packages.every((word) => /^(?:\.{0,2}\/|~\/)|\.(?:deb|rpm|whl|tgz)$/.test(word) && !word.includes('://'))
}

const byAddress = (name: string, args: readonly string[]): Reached | null => {
  if (args.some((word) => word === '--unix-socket')) return null
  const options = new Set([
    '-H',
    '--header',
    '-A',
    '--user-agent',
    '-e',
    '--referer',
    '-d',
    '--data',
    '-x',
    '--proxy',
    '-o',
    '-O',
    '--output',
  ])
  for (const [at, word] of args.entries()) {
    const host = publicHost(word)
    if (host !== null && !(options.has(args[at - 1] ?? '') && !(name === 'curl' && args[at - 1] === '-O'))) {
      return { text: `${name} ${host}`, servedByS3: false }
    }
  }
  return null
}

const byRepository = (args: readonly string[]): Reached | null => {
  const action = args.find((word) => !word.startsWith('-'))
  if (action !== 'clone' && action !== 'ls-remote') return null
  for (const word of args) {
    const host = publicHost(word.replace(/^(?:ssh:\/\/)?git@([\w.-]+)[:/]/, 'https://$1/'))
    if (host !== null) return { text: `git ${action} ${host}`, servedByS3: false }
  }
  return null
}

const publicRegistry =
  /^(?:docker:\/\/)?(?:[\w.-]+@)?(docker\.io|registry-1\.docker\.io|ghcr\.io|nvcr\.io|quay\.io|public\.ecr\.aws|registry\.k8s\.io|gcr\.io)[/#]/

const byImage = (name: string, args: readonly string[]): Reached | null => {
  const action = args.find((word) => /^(?:pull|run|import)$/.test(word))
  if (action === undefined) return null
  const registry = args.map((word) => publicRegistry.exec(word)?.[1]).find((found) => found !== undefined)
  if (registry !== undefined) return { text: `${name} ${action} ${registry}`, servedByS3: false }
  const image = args.at(-1) ?? ''
  // A plain name is one of Docker Hub.
  const isHub = name === 'docker' && action === 'pull' && /^[a-z\d][\w-]*(?:\/[\w.-]+)?(?::[\w.-]+)?$/.test(image) && image !== 'pull'
  return isHub ? { text: `${name} pull docker.io`, servedByS3: false } : null
}

/** Scheme and host of a web address on the internet; null for others, for AWS's endpoints, and where a variable hides the host. */
const publicHost = (word: string): string | null => {
  const [, scheme, , host] = /^(https?|ftp):\/\/([^/@\s]*@)?([^/:\s?#"']+)/.exec(word) ?? []
  if (scheme === undefined || host === undefined) return null
  if (!/^[\w.-]+\.[\w.-]+$/.test(host) || /(?:^|\.)amazonaws\.com(?:\.cn)?$|\.(?:internal|local|lan|corp|home|svc)$/.test(host)) return null
  if (ipaddr.isValid(host) && ipaddr.parse(host).range() !== 'unicast') return null
  return `${scheme}://${host}`
}
