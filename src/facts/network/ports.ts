export const highestPort = 65_535

/** Whether a text is -1, for all protocols, or a number that IANA gives them. https://www.iana.org/assignments/protocol-numbers */
export const isProtocolNumber = (protocol: string): boolean => protocol === '-1' || (/^\d{1,3}$/.test(protocol) && Number(protocol) <= 255)
