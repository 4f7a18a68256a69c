/** What stands below the help of the program. */
export const rootHelp = (name: string): string => `
Start with one of these:
  ${name} cluster.json                          will it come up?
  ${name} cluster.json --profile training       the same, with the credentials of a profile
  ${name} --lifecycle-scripts scripts --offline are the scripts sound? Nobody is asked
  ${name} diagnose training                     why did it fail?
  ${name} explain "EFA health checks did not run successfully."
                                                              what does this mean?
  ${name} iam-policy cluster.json               the read-only policy that this takes

The flags of check: ${name} check --help
`

/** What stands below the flags of `check`. */
export const checkHelp = (name: string): string => `
Examples:
  ${name} check cluster.json --verbose
  ${name} check --region us-west-2 --instance-type ml.p5.48xlarge --instance-count 4 --subnet-ids subnet-0a1b2c3d
  ${name} check cluster.json --only network,security-group/*
  ${name} check --snapshot account.json --cluster-config changed.json

Exit codes:
  0  ready: nothing stands in the way
  1  blocked: the cluster would not come up
  2  the run could not start: bad input, or no credentials
  3  unproven: something that could block was not judged
`
