/**
 * Addresses of DNS servers that anybody on the internet may ask. They know public names alone: none of a private hosted zone, nor the
 * private names of interface endpoints.
 */
export const publicResolvers: ReadonlySet<string> = new Set([
  // https://developers.google.com/speed/public-dns/docs/using
  '8.8.8.8',
  '8.8.4.4',
  '2001:4860:4860::8888',
  '2001:4860:4860::8844',
  // https://developers.cloudflare.com/1.1.1.1/ip-addresses/
  '1.1.1.1',
  '1.0.0.1',
  '2606:4700:4700::1111',
  '2606:4700:4700::1001',
  // https://quad9.net/service/service-addresses-and-features/
  '9.9.9.9',
  '149.112.112.112',
  // https://www.opendns.com/setupguide/
  '208.67.222.222',
  '208.67.220.220',
])
