/**
 * Values of SssdConfig in the config.py of AWS's base scripts that stand for the user's own, by the name of the setting. `default` as
 * `domain` is none: the file says that it may stay.
 * https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/config.py
 */
export const sssdPlaceholders: Readonly<Record<string, string>> = {
  ldap_uri: 'ldaps://nlb-ds-xyzxyz.elb.us-west-2.amazonaws.com',
  ldap_search_base: 'dc=hyperpod,dc=abc123,dc=com',
  ldap_default_bind_dn: 'CN=ReadOnly,OU=Users,OU=hyperpod,DC=hyperpod,DC=abc123,DC=com',
  ldap_default_authtok: 'placeholder',
}
