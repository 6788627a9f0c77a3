import { parseNetwork } from '../addresses/ip-address';
import { isOrigin, NODE_ENV } from './variables/common';
import { type Environment, integer, list, oneOf, onOff, readVariables, text } from './variables/environment';

const isAddressOrRange = (item: string) => parseNetwork(item) !== null;

export const serverVariables = {
  NODE_ENV,
  HOST: text(
    /^[\w.:-]+$/,
    'an address or a host name',
  )({
    default: '127.0.0.1',
    desc: 'Address to listen on. 0.0.0.0 listens on every IPv4 interface.',
    example: '0.0.0.0',
  }),
  PORT: integer(0, 65535)({ default: 3000, desc: 'TCP port to listen on; 0 picks a free one.', example: '3000' }),
  TRUST_PROXY: list(
    isAddressOrRange,
    'IP addresses or CIDR ranges',
  )({
    default: [],
    desc: 'Proxies whose X-Forwarded-* headers are trusted: addresses or CIDR ranges, separated by commas. Empty: none.',
    example: '10.0.0.0/8,192.168.1.7',
  }),
  CORS_ORIGINS: list(
    isOrigin,
    'origins like https://app.example.com',
  )({
    default: [],
    desc: 'Web origins that may call the API from a browser, separated by commas. Empty: CORS is off.',
    example: 'https://app.example.com',
  }),
  SWAGGER_UI: onOff({
    default: true,
    desc: 'on or off: Swagger UI at /api/docs and the document at /api/openapi.json.',
    example: 'off',
  }),
  RATE_LIMITS: onOff({
    default: true,
    desc: 'on or off: limits on attempts, such as failed logins, and on mail.',
    example: 'off',
  }),
  LOG_LEVEL: oneOf(
    'fatal',
    'error',
    'warn',
    'info',
    'debug',
    'trace',
    'silent',
  )({
    default: 'info',
    desc: 'Lowest level that is logged: fatal, error, warn, info, debug, trace or silent. Each request is one line at info.',
    example: 'warn',
  }),
};

/** Where the server listens, which proxies it trusts, and what it logs. */
export class ServerConfig {
  /** True when `NODE_ENV` is `production`. */
  readonly isProduction: boolean;
  /** True when `NODE_ENV` is `test`. */
  readonly isTest: boolean;
  /** Address or host name to listen on. */
  readonly host: string;
  /** TCP port, 0 for a free one. */
  readonly port: number;
  /** Addresses and CIDR ranges whose forwarded headers are trusted (ASVS 4.1.3). */
  readonly trustProxy: readonly string[];
  /** Web origins allowed by CORS; empty when CORS is off. */
  readonly corsOrigins: readonly string[];
  /** Whether Swagger UI and the OpenAPI document are served. */
  readonly swaggerUi: boolean;
  /** Whether attempts, such as failed logins, and mail are limited. */
  readonly rateLimits: boolean;
  /** Lowest level that is logged. */
  readonly logLevel: string;

  constructor(env: Environment) {
    const variables = readVariables(serverVariables, env);
    this.isProduction = variables.NODE_ENV === 'production';
    this.isTest = variables.NODE_ENV === 'test';
    this.host = variables.HOST;
    this.port = variables.PORT;
    this.trustProxy = variables.TRUST_PROXY;
    this.corsOrigins = variables.CORS_ORIGINS;
    this.swaggerUi = variables.SWAGGER_UI;
    this.rateLimits = variables.RATE_LIMITS;
    this.logLevel = variables.LOG_LEVEL;
  }
}
