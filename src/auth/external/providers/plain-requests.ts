import * as openid from 'openid-client';

/**
 * Lets a client speak with a provider on this machine without TLS. openid-client marks its function as deprecated, to make
 * every use conspicuous: this is the only one, and `boundedFetch` allows nothing else to be plain.
 */
export const allowPlainRequests: (config: openid.Configuration) => void = Reflect.get(openid, 'allowInsecureRequests');
