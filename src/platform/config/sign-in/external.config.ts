import { isOrigin, NODE_ENV } from '../variables/common';
import { ConfigError, type Environment, list, readVariables, text } from '../variables/environment';

/** Hosts that a developer's own provider runs on. */
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A tenant id of Microsoft Entra. */
const TENANT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const externalVariables = {
  EXTERNAL_PROVIDERS: list(
    (item) => /^[a-z][a-z0-9-]{0,29}$/.test(item),
    'names of lowercase letters, digits and -',
  )({
    default: [],
    desc: 'Providers that users can sign in with, separated by commas: google, github, microsoft, or names of your own for OpenID Connect issuers. Each needs EXTERNAL_<NAME>_CLIENT_ID and EXTERNAL_<NAME>_CLIENT_SECRET; microsoft also EXTERNAL_MICROSOFT_TENANTS (comma-separated ids), others EXTERNAL_<NAME>_ISSUER. EXTERNAL_<NAME>_NAME is the display name, and EXTERNAL_GITHUB_ISSUER the base URL of a GitHub Enterprise Server. Empty: none.',
    example: 'google,github',
  }),
  EXTERNAL_REDIRECT_ORIGINS: list(
    (item) => isOrigin(item),
    'origins like https://app.example.com',
  )({
    default: [],
    desc: 'Web origins, besides that of LINK_BASE_URL, to which a sign-in with a provider may lead back, separated by commas.',
    example: 'https://app.example.com',
  }),
  EXTERNAL_BASE_URL: text(
    /^https?:\/\/[^\s/?#@]+$/,
    'an origin like https://api.example.com',
  )({
    default: '',
    desc: 'Origin at which browsers reach this server, for the callback addresses that are registered with providers: EXTERNAL_BASE_URL/api/v1/auth/external/<name>/callback. Empty: the origin of LINK_BASE_URL.',
    example: 'https://api.example.com',
  }),
};

/** How a provider signs people in. */
export type ExternalProviderKind = 'oidc' | 'microsoft' | 'github';

/** A provider that users can sign in with. */
export interface ExternalProviderConfig {
  /** Its name in addresses and variables: `google`. */
  readonly id: string;
  readonly kind: ExternalProviderKind;
  /** Its display name. */
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The issuer of its ID tokens; for GitHub, its base URL. */
  readonly issuer: string;
  /** For Microsoft: the ids of the tenants whose members may sign in. */
  readonly tenants: readonly string[];
}

/** What is known about a provider without variables. */
interface Preset {
  readonly kind: ExternalProviderKind;
  readonly name: string;
  readonly issuer?: string;
}

const PRESETS: Readonly<Record<string, Preset>> = {
  google: { kind: 'oidc', name: 'Google', issuer: 'https://accounts.google.com' },
  github: { kind: 'github', name: 'GitHub', issuer: 'https://github.com' },
  microsoft: { kind: 'microsoft', name: 'Microsoft' },
};

/** Sign-in with the accounts of other providers. */
export class ExternalConfig {
  /** The providers, in the order in which they are shown. */
  readonly providers: readonly ExternalProviderConfig[];
  /** Origins, besides that of LINK_BASE_URL, to which a sign-in may lead back. */
  readonly redirectOrigins: readonly string[];
  /** Origin of the callback addresses; undefined for that of LINK_BASE_URL. */
  readonly baseUrl: string | undefined;
  /** Whether a provider on this machine may do without TLS. */
  readonly allowsPlainLoopback: boolean;

  constructor(env: Environment) {
    const variables = readVariables({ NODE_ENV, ...externalVariables }, env);
    this.allowsPlainLoopback = variables.NODE_ENV !== 'production';
    this.redirectOrigins = variables.EXTERNAL_REDIRECT_ORIGINS;
    this.baseUrl = variables.EXTERNAL_BASE_URL === '' ? undefined : variables.EXTERNAL_BASE_URL;
    this.providers = [...new Set(variables.EXTERNAL_PROVIDERS)].map((id) => this.provider(id, env));
  }

  /** @throws ConfigError for a variable that is missing or wrong */
  private provider(id: string, env: Environment): ExternalProviderConfig {
    const prefix = `EXTERNAL_${id.toUpperCase().replaceAll('-', '_')}`;
    const preset: Preset = PRESETS[id] ?? { kind: 'oidc', name: id };
    const read = (name: string, pattern: RegExp, meaning: string, example: string, fallback?: string) => {
      const options = { desc: meaning, example, ...(fallback !== undefined && { default: fallback }) };
      return readVariables({ [name]: text(pattern, meaning)(options) }, env)[name] ?? '';
    };
    const tenants =
      preset.kind === 'microsoft'
        ? read(`${prefix}_TENANTS`, /^\S/, 'tenant ids, separated by commas', NO_TENANT).split(/\s*,\s*/)
        : [];
    const wrong = tenants.find((tenant) => !TENANT.test(tenant));
    if (wrong !== undefined) {
      throw new ConfigError(`${prefix}_TENANTS: must be tenant ids (example: ${prefix}_TENANTS=${NO_TENANT})`);
    }
    const issuer = read(`${prefix}_ISSUER`, /^\S+$/, 'the URL of an issuer', ISSUER, preset.issuer ?? entra(tenants));
    this.assertIssuer(`${prefix}_ISSUER`, issuer);
    return {
      id,
      kind: preset.kind,
      name: read(`${prefix}_NAME`, /^\S.{0,59}$/, 'a name of at most 60 characters', 'Example', preset.name),
      clientId: read(`${prefix}_CLIENT_ID`, /^\S{1,300}$/, 'the id of this client at the provider', 'latchkey'),
      clientSecret: read(`${prefix}_CLIENT_SECRET`, /^\S{1,500}$/, 'its secret at the provider', 'a-long-secret'),
      issuer,
      tenants,
    };
  }

  private assertIssuer(name: string, issuer: string): void {
    const url = URL.canParse(issuer) ? new URL(issuer) : null;
    const isPlain = url?.protocol === 'http:' && LOOPBACK.has(url.hostname) && this.allowsPlainLoopback;
    const isBare = url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
    if (isBare && (url.protocol === 'https:' || isPlain)) return;
    throw new ConfigError(`${name}: must be an https URL (example: ${name}=${ISSUER})`);
  }
}

const ISSUER = 'https://login.example.com';
const NO_TENANT = '00000000-0000-0000-0000-000000000000';

/** The issuer of Microsoft Entra for tenants: that of the only one, or the one for all organizations. */
function entra(tenants: readonly string[]): string | undefined {
  const [tenant, ...others] = tenants;
  if (tenant === undefined) return undefined;
  return `https://login.microsoftonline.com/${others.length === 0 ? tenant : 'organizations'}/v2.0`;
}
