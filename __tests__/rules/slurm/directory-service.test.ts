import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { directoryService as rule } from '../../../src/rules/slurm/directory-service.ts'
import { anEksPlan, aPlan, aScriptedGroup, denied, findingsOf, repositoryScriptsOf, statuses } from '../../builders.ts'

const plan = aPlan({ instanceGroups: [aScriptedGroup()], lifecycleScripts: 'scripts', lifecycleSources: [] })
/** As AWS's base scripts come. */
const base = readFileSync(new URL('../../fixtures/base-config/slurm/config.py', import.meta.url), 'utf8')
const on = base.replace('enable_sssd = False', 'enable_sssd = True')
const filled = on
  .replace('ldaps://nlb-ds-xyzxyz.elb.us-west-2.amazonaws.com', 'ldaps://ldap.corp.internal')
  .replaceAll(/dc=hyperpod,dc=abc123,dc=com/gi, 'DC=corp,DC=internal')
  .replace('"placeholder"', '"AAAQABagVAjf9KgUyIxTw3A+HUfbig7N"')
const judged = (config: string | null) =>
  findingsOf(rule, plan, {
    repositoryScripts: repositoryScriptsOf({ 'on_create.sh': '', ...(config !== null && { 'config.py': config }) }),
    bucketScripts: {},
  })

describe('slurm/directory-service', () => {
  test.each<[string, string | null, string]>([
    ['the base scripts as they come: off', base, 'skipped'],
    ['on, with the examples', on, 'fail'],
    ['on, filled in', filled, 'pass'],
    ['off, whatever stands in SssdConfig', filled.replace('enable_sssd = True', 'enable_sssd = False'), 'skipped'],
    ['only the password left', filled.replace('AAAQABagVAjf9KgUyIxTw3A+HUfbig7N', 'placeholder'), 'fail'],
    ['only the password left, empty', filled.replace('AAAQABagVAjf9KgUyIxTw3A+HUfbig7N', ''), 'fail'],
    ['a switch in a comment', 'class Config:\n    # enable_sssd = True\n    enable_sssd = False\n', 'skipped'],
    ['no switch', 'class Config:\n    pass\n', 'skipped'],
    ['no config.py', null, 'skipped'],
  ])('%s', (_, config, status) => {
    expect(judged(config)).toMatchObject([{ status, subject: 'scripts/config.py' }])
  })

  test('names each setting with its line and points at the first, and never repeats a value', () => {
    const [finding] = judged(on)
    expect(finding?.severity).toBe('warning')
    expect(finding?.evidence?.['openSettings']).toEqual(['ldap_uri', 'ldap_search_base', 'ldap_default_bind_dn', 'ldap_default_authtok'])
    const line = on.split('\n').findIndex((text) => text.includes('ldap_uri =')) + 1
    expect(finding?.location).toEqual({ path: 'scripts/config.py', line, column: '    ldap_uri = '.length + 1 })
    expect(finding?.message).toContain(`ldap_uri (line ${line}) is still the example`)
    expect(JSON.stringify(judged(on.replace('"placeholder"', '"<my-obfuscated-password>"')))).not.toContain('my-obfuscated-password')
  })

  test('a switch that is computed may be on, and is said so', () => {
    expect(judged(on.replace('enable_sssd = True', 'enable_sssd = os.environ.get("SSSD") == "1"'))[0]).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('may turn SSSD on'),
    })
  })

  test('scripts that cannot be read are unknown, EKS is skipped', () => {
    const gap = { repositoryScripts: denied('none'), bucketScripts: {} }
    expect(statuses(findingsOf(rule, plan, gap))).toEqual(['unknown scripts'])
    expect(statuses(findingsOf(rule, anEksPlan(), {}))).toEqual(['skipped plan'])
  })
})
