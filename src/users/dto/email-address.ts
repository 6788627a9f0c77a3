import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isEmail, ValidateBy } from 'class-validator';
import { readMailbox } from '../../platform/addresses/mailbox';

const MESSAGE = 'must be an email address';

const mailboxOf = (value: unknown) => (typeof value === 'string' ? readMailbox(value) : null);

const isMailbox = (value: unknown) => mailboxOf(value) !== null;

/** An address under earlier rules; an account that has one must still be able to request a link. */
const wasAddress = (value: unknown) => isEmail(value, { blacklisted_chars: '"' }) && !/\s/.test(String(value));

const addressIf = (validate: (value: unknown) => boolean, example = 'alice@example.com') =>
  applyDecorators(
    ApiProperty({ format: 'email', maxLength: 254, example }),
    Transform(({ value }: { value: unknown }) => mailboxOf(value)?.text ?? value),
    ValidateBy({ name: 'mailbox', validator: { validate } }, { message: MESSAGE }),
  );

/** An email address property, as defined by `readMailbox`. */
export const EmailAddress = (example?: string) => addressIf(isMailbox, example);

/** The same for finding an account, which may have an address that is valid only under earlier rules. */
export const KnownEmailAddress = () => addressIf((value) => isMailbox(value) || wasAddress(value));
