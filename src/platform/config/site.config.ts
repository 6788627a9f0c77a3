import { type Environment, oneOf, readVariables, text } from './variables/environment';

export const siteVariables = {
  SESSION_PROTECTION: oneOf(
    'basic',
    'strong',
    'off',
  )({
    default: 'basic',
    desc: 'What happens when another browser than the one that logged in sends a session cookie: basic (sensitive pages ask for a login), strong (the session ends) or off (nothing).',
    example: 'strong',
  }),
  LOGIN_MESSAGE: text(
    /^[^\r\n]{0,200}$/,
    'one line of at most 200 characters',
  )({
    default: 'Please log in to access this page.',
    desc: 'Message on the login page for an anonymous visitor of a protected page.',
    example: 'Please sign in first.',
  }),
  LOGIN_MESSAGE_CATEGORY: text(
    /^[\w-]{1,40}$/,
    'a word',
  )({
    default: 'message',
    desc: 'Category of LOGIN_MESSAGE, a CSS class of the message: message, success, warning or error, or one of your own.',
    example: 'warning',
  }),
  TEMPLATE_DIR: text(
    /^[^\0\r\n]*$/,
    'a path',
  )({
    default: '',
    desc: 'Folder of templates that replace those of the same name, for the pages of the site. Empty: none.',
    example: '/etc/latchkey/templates',
  }),
};

/** The pages for people in a browser. */
export class SiteConfig {
  /** What a session cookie is worth in another browser than the one that logged in. */
  readonly sessionProtection: 'basic' | 'strong' | 'off';
  /** What an anonymous visitor of a protected page is told. */
  readonly loginMessage: string;
  /** Category of that message. */
  readonly loginMessageCategory: string;
  /** Folder of templates that replace others; undefined for none. */
  readonly templateDir: string | undefined;

  constructor(env: Environment) {
    const variables = readVariables(siteVariables, env);
    this.sessionProtection = variables.SESSION_PROTECTION;
    this.loginMessage = variables.LOGIN_MESSAGE;
    this.loginMessageCategory = variables.LOGIN_MESSAGE_CATEGORY;
    this.templateDir = variables.TEMPLATE_DIR === '' ? undefined : variables.TEMPLATE_DIR;
  }
}
