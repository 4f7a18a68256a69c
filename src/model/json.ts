/** Any JSON value, as a parsed request file holds it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
