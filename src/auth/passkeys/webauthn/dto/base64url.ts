import { Text } from '../../../../platform/validation/fields';

const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** Longest id of a credential: 1023 bytes (WebAuthn L3, 4) in base64url. */
export const MAX_CREDENTIAL_ID = 1364;

/** Binary data in base64url without padding. @param max in characters */
export const Base64Url = (max: number, example: string): PropertyDecorator =>
  Text({ min: 1, max, example, pattern: BASE64URL, meaning: 'characters of base64url' });
