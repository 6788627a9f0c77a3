import type { ActivityDto } from '../../accounts/activity/activity.dto';
import type { EventType } from '../../platform/audit/domain-events';
import type { ProblemCode } from '../../platform/problems/problem-codes';

/** The texts of pages that are not in their templates. To translate the site, translate this file and the templates. */
export const TEXTS = {
  welcome: 'Welcome! Your account is ready.',
  loggedIn: 'You are logged in.',
  loggedOut: 'You are logged out.',
  otherBrowser: 'To protect your account, please log in again to access this page.',
  passwordsDiffer: 'must be the same in both fields',
  verificationSent: 'Your account exists. Follow the link that was mailed to you, then log in.',
  signInExpired: 'The login took too long, or there were too many wrong codes. Please log in again.',
  mailedCodeExpired: 'Please request a new code.',
  externalExpired:
    'That did not work: it took too long, was started in another browser, or was for another account. Please try again.',
  // administration
  accountDeactivated: 'The account is deactivated.',
  accountReactivated: 'The account is active again.',
  rolesChanged: 'The roles are saved.',
  sessionsEnded: 'All sessions of the account have ended.',
  secondFactorRemovalScheduled: 'The second factors will be removed in 72 hours, unless the owner stops it.',
  resetSent: 'A link to set a new password is on its way to the address of the account.',
  resetRefused: 'The account is deactivated, so no link was sent.',

  // notes
  noteWritten: 'Your note is saved.',
  noteSaved: 'Your changes are saved.',
  noteDeleted: 'The note is deleted.',
  noteFormUsed: 'This form has already created a note. Save it again to create another one.',

  // Recovery
  resetLinkSent: 'If an account has this address, a link is on its way.',
  passwordReset: 'Your password is set. Log in with it.',
  emailVerified: 'Your email address is verified.',
  secondFactorLost: 'Your second factors will be removed in 72 hours. We mailed you how to stop it.',
  secondFactorKept: 'You keep your second factors. If someone else reported them lost, change your password.',
  emailChangeUndone:
    'The change was undone, and every session and API token has ended. A link to set a new password was mailed to you.',

  // Account
  renamed: 'Your username was changed.',
  passwordChanged: 'Your password was changed. Every other session has ended.',
  passwordChangedTokensToo: 'Your password was changed. Every other session and every API token has ended.',
  emailChangeRequested: 'Follow the link that was mailed to the new address.',
  verificationSentAgain: 'If your address is not verified yet, a link is on its way.',
  sessionEnded: 'The session has ended.',
  otherSessionsEnded: 'Every other session has ended.',
  tokenRevoked: 'The API token was revoked.',
  accountDeleted: 'Your account and everything in it were deleted.',
  stepUp: 'To protect your account, please confirm that it is you. You will then return to the page where you were.',
  factorEnrolled: 'Your authenticator app is set up.',
  factorRemoved: 'The authenticator app was removed.',
  factorRequired: 'From now on, each login needs a second factor.',
  factorNotRequired: 'Logins no longer need a second factor.',
  deviceDistrusted: 'The device is no longer trusted.',
  identityLinked: 'The account is linked. You can now sign in with it.',
  identityUnlinked: 'The account is unlinked. You can no longer sign in with it.',
  passkeyAdded: 'The passkey was added.',
  passkeyRenamed: 'The passkey was renamed.',
  passkeyRemoved: 'The passkey was removed. Delete it on your device too.',
  passkeyRefused: 'The passkey is not valid here. Try again, or use another method.',
  wrongSecret: 'is wrong',
  notConfirmed: 'must be checked',
};

/** The texts of an error page. */
export interface ErrorText {
  readonly heading: string;
  /** What happened. Left out: what the refusal itself says. */
  readonly text?: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** What error pages say, by status; of every other status, its name and what the refusal says. */
export const ERROR_TEXTS: Readonly<Record<number, ErrorText>> = {
  400: {
    heading: 'This request cannot be read',
    text: 'The address is incomplete, or the form was damaged on its way.',
    advice: 'Check the address, or go back, reload the page and try again.',
  },
  403: {
    heading: 'Access denied',
    advice: 'If you think that this is a mistake, ask an administrator of this site.',
  },
  404: {
    heading: 'Page not found',
    text: 'There is nothing at this address. It may be mistyped, or the page was deleted.',
    advice: 'Check the address, or start from the home page.',
  },
  405: {
    heading: 'This address does not work that way',
    text: 'A form was sent to an address that takes none, or a page was requested where there is only a form to send.',
    advice: 'Start from the home page.',
  },
  413: {
    heading: 'Too much text',
    text: 'The form contains more than this site accepts. Nothing was saved.',
    advice: 'Go back, shorten the text and try again.',
  },
  415: {
    heading: 'This form cannot be read',
    text: 'Pages accept forms only as browsers send them.',
    advice: 'Programs can use the API instead.',
  },
  429: {
    heading: 'Too many attempts',
    text: 'To protect accounts, this site limits how often this can be tried.',
  },
  500: {
    heading: 'Something went wrong',
    text: 'The error is on our side, and it was recorded.',
    advice: 'Try again. If it keeps happening, send the request number below to an administrator.',
  },
  503: {
    heading: 'The site is not available right now',
    text: 'It is busy or under maintenance. What you just sent may not have been saved.',
  },
};

/** What error pages of a sign-in with a provider say, by the code of the refusal. */
export const EXTERNAL_ERROR_TEXTS: Partial<Record<ProblemCode, ErrorText>> = {
  external_denied: {
    heading: 'You are not signed in',
    text: 'The other site did not confirm who you are, or you stopped there.',
    advice: 'Try again, or log in another way.',
  },
  invalid_external_sign_in: {
    heading: 'This sign-in is not valid',
    text: 'It was used before, took too long, was started in another browser, or the other site did not answer as it should.',
    advice: 'Start over here, and stay in this browser.',
  },
  overloaded: {
    heading: 'The other site does not answer',
    text: 'Signing in with it does not work right now. Nothing is wrong with your account here.',
    advice: 'Try again later, or log in another way.',
  },
};

/** Asks for a login although the provider confirmed the user: an account with the same address exists. */
export const linkRequiredText = (provider: string, email: string): string =>
  `An account here already has the address ${email}. If it is yours, log in as usual; you can then link ${provider} to it.`;

/** A wait, rounded up: "in about 15 minutes". */
export function waitText(seconds: number): string {
  const about = (count: number, unit: string) => `in about ${count === 1 ? `1 ${unit}` : `${count} ${unit}s`}`;
  if (seconds <= 10) return 'in a few seconds';
  if (seconds < 60) return about(Math.ceil(seconds / 10) * 10, 'second');
  if (seconds < 5_400) return about(Math.ceil(seconds / 60), 'minute');
  return seconds < 129_600 ? about(Math.ceil(seconds / 3_600), 'hour') : about(Math.ceil(seconds / 86_400), 'day');
}

/** A length of time: "30 days". */
export function durationText(seconds: number): string {
  const [count, unit] =
    seconds >= 172_800 ? [Math.floor(seconds / 86_400), 'day'] : [Math.ceil(seconds / 3_600), 'hour'];
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

/** The labels of fields in lists of errors; other fields are shown by their own names. */
export const LABELS: Readonly<Record<string, string>> = {
  username: 'Username',
  email: 'Email',
  password: 'Password',
  passwordAgain: 'Password again',
  title: 'Title',
  content: 'Text',
  currentPassword: 'Current password',
  newPassword: 'New password',
  newPasswordAgain: 'New password again',
  confirm: 'Confirmation',
  name: 'Name',
  scopes: 'Scopes',
  expiresAt: 'Last day',
  token: 'Code from the mail',
  code: 'Code',
  totp: 'Code',
  recoveryCode: 'Recovery code',
};

/** What happened to an account, for its owner. An event that is not here shows its type. */
export const EVENT_TEXTS: Partial<Record<EventType, string>> = {
  'user.registered': 'The account was registered',
  'user.imported': 'The account was imported',
  'user.renamed': 'The username was changed',
  'user.deactivated': 'The account was deactivated',
  'user.reactivated': 'The account was reactivated',
  'user.roles-changed': 'The roles of the account were changed',
  'user.exported': 'The data of the account was exported',
  'session.started': 'Logged in',
  'session.ended': 'A session ended',
  'session.refused': 'A login was refused',
  'session.refresh-refused': 'A session could not be refreshed',
  'session.theft-detected': 'A session ended because its token was used by someone else',
  'password.changed': 'The password was changed',
  'password.refused': 'A wrong password was entered',
  'password.breach-check-failed': 'A new password could not be checked against leaked ones',
  'password.reset-requested': 'A link to set a new password was requested',
  'password.reset': 'A new password was set by a mailed link',
  'email.verification-requested': 'A link to verify the email address was requested',
  'email.verified': 'The email address was verified',
  'email.change-requested': 'A change of the email address was requested',
  'email.changed': 'The email address was changed',
  'email.change-undone': 'A change of the email address was undone',
  'api-token.created': 'An API token was created',
  'passkey.added': 'A passkey was added',
  'passkey.removed': 'A passkey was removed',
  'passkey.cloned': 'A passkey that may have been copied was refused',
  'passkey.refused': 'A passkey was refused',
  'api-token.ended': 'An API token was revoked',
  'second-factor.added': 'A second factor was added',
  'second-factor.removed': 'A second factor was removed',
  'second-factors.reset': 'The second factors were removed',
  'second-factor-reset.requested': 'The second factors were reported lost, to be removed after 72 hours',
  'second-factor-reset.canceled': 'The removal of the second factors was stopped',
  'second-factor.refused': 'A wrong code was entered',
  'second-factor.requirement-changed': 'Whether logins need a second factor was changed',
  'recovery-codes.made': 'New recovery codes were made',
  'recovery-code.used': 'A recovery code was used',
  'rate-limit.exceeded': 'Too many attempts were refused',
  'link.refused': 'A mailed link was refused',
  'identity.linked': 'An account at another provider was linked',
  'identity.unlinked': 'An account at another provider was unlinked',
  'external.refused': 'A sign-in with another provider was refused',
  'email-sign-in.requested': 'A mail with a code to log in was requested',
  'email-sign-in.refused': 'A mailed code or link to log in was refused',
};

/** Who did it, as `ActivityDto` has it. */
export const ACTOR_TEXTS: Readonly<Record<ActivityDto['actor'], string>> = {
  you: 'You',
  anonymous: 'Someone who was not logged in',
  administrator: 'An administrator',
  operator: 'The operator',
};
