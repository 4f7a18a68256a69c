/** Services whose ordinary names are not `<service>.<region>.amazonaws.com`, with what stands before the Region. */
const firstPart: Readonly<Record<string, string>> = {
  // https://docs.aws.amazon.com/general/latest/gr/ecr.html
  'ecr.api': 'api.ecr',
  'ecr.dkr': 'dkr.ecr',
}

/** Services whose ordinary names end in `api.aws`. https://docs.aws.amazon.com/general/latest/gr/eks.html */
const newDomain: ReadonlySet<string> = new Set(['eks-auth'])

/**
 * The host name that the ordinary names of a service are, or end in: `s3.us-west-2.amazonaws.com`. `service` as the name of its endpoint
 * ends: `ecr.dkr` of `com.amazonaws.us-west-2.ecr.dkr`.
 * https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export const serviceHost = (service: string, region: string): string => {
  const isChina = region.startsWith('cn-')
  const domain = newDomain.has(service)
    ? isChina
      ? 'api.amazonwebservices.com.cn'
      : 'api.aws'
    : isChina
      ? 'amazonaws.com.cn'
      : 'amazonaws.com'
  return `${firstPart[service] ?? service}.${region}.${domain}`
}
