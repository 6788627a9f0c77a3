import { isOrigin } from '../variables/common';
import { ConfigError, type Environment, list, readVariables, text } from '../variables/environment';

export const webAuthnVariables = {
  WEBAUTHN_RP_ID: text(
    /^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)*$/,
    'a domain in lower case, such as example.com',
  )({
    default: '',
    desc: 'Domain of passkeys (the RP ID of WebAuthn); when it changes, existing passkeys can no longer be used. Empty: the host of the first of WEBAUTHN_ORIGINS.',
    example: 'example.com',
  }),
  WEBAUTHN_ORIGINS: list(
    isOrigin,
    'origins like https://app.example.com',
  )({
    default: [],
    desc: 'Web origins that may use passkeys, separated by commas, each on WEBAUTHN_RP_ID or a domain below it. Empty: the origin of LINK_BASE_URL, which is http://localhost and PORT by default.',
    example: 'https://example.com,https://app.example.com',
  }),
};

/** For which domain passkeys are made, and which pages may use them. */
export class WebAuthnConfig {
  /** The RP ID; undefined for the host of the first origin. */
  readonly rpId: string | undefined;
  /** Origins, compared exactly; empty for the origin of links. */
  readonly origins: readonly string[];

  constructor(env: Environment) {
    const variables = readVariables(webAuthnVariables, env);
    this.rpId = variables.WEBAUTHN_RP_ID === '' ? undefined : variables.WEBAUTHN_RP_ID;
    this.origins = variables.WEBAUTHN_ORIGINS;
    const rpId = this.rpId ?? hostOf(this.origins[0]);
    if (this.origins.some((origin) => !isUsable(origin, rpId))) {
      const { example } = webAuthnVariables.WEBAUTHN_ORIGINS;
      throw new ConfigError(
        `WEBAUTHN_ORIGINS: must be https on ${rpId} or a domain below it, or http on localhost (example: WEBAUTHN_ORIGINS=${example})`,
      );
    }
  }
}

const hostOf = (origin: string | undefined) => (origin === undefined ? '' : new URL(origin).hostname);

/** Whether browsers offer passkeys of a domain on an origin: on the domain and below it, in a secure context. */
function isUsable(origin: string, rpId: string): boolean {
  const { hostname, protocol } = new URL(origin);
  const isSecure = protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost');
  return isSecure && (hostname === rpId || hostname.endsWith(`.${rpId}`));
}
