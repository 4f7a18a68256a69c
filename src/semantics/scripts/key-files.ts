import { type ScriptCommand, workingWords } from './script-calls.ts'

/** Names that ssh, cloud tools and people give to private keys and to files of credentials. */
const keyNames: readonly RegExp[] = [
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/,
  /\.ppk$/,
  /^ssh_host_\w+_key$/,
  /(?:^|[-_.])priv(?:ate)?(?:[-_.]?key)?(?:[-_.]\w+)*\.(?:pem|key)$/,
  /(?:^|[-_.])privkey\d*(?:\.(?:pem|key))?$/,
  /key(?:[-_.]?pair)?\.pem$/,
]

/** Where `~/.aws/credentials` keeps access keys. https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html */
const credentialFile = /(?:^|\/)\.aws\/credentials$/

/** Files that hold a key or a certificate: the name does not tell which. */
const keyOrCertificate = /\.(?:pem|key|p12|pfx|jks)$/

const isPublic = /pub(?:lic)?(?=[-_.]|key|$)|\.crt|\.cert/

/** `key`: the name is that of a private key or of AWS credentials; `perhaps`: it may be a certificate as well. */
export type NamedKey = 'key' | 'perhaps' | null

/** What the path of a file says, whose content is not known. */
export const keyByName = (path: string): NamedKey => {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  if (credentialFile.test(path)) return 'key'
  if (isPublic.test(name)) return null
  if (keyNames.some((pattern) => pattern.test(name))) return 'key'
  return keyOrCertificate.test(name) ? 'perhaps' : null
}

const identityFile = /\/\.ssh\/id_\w+$|\/\.aws\/credentials$/

/** Whether commands put the file where ssh or the AWS SDKs look for a key, or hand it to ssh as one. */
export const isUsedAsKey = (path: string, commands: readonly ScriptCommand[]): boolean => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const isIt = (word: string | undefined): boolean => word !== undefined && (word === name || word.endsWith(`/${name}`))
  return commands.some(({ words }) => {
    const [program = '', ...args] = workingWords(words)
    if (/^(?:cp|mv|install|ln)$/.test(program)) return args.some(isIt) && identityFile.test(args.at(-1) ?? '')
    if (program === 'ssh-add') return args.some(isIt)
    return /^(?:ssh|scp|sftp)$/.test(program) && args.some((word, at) => word === '-i' && isIt(args[at + 1]))
  })
}
