import { CalendarDate, Optional } from '../../../platform/validation/fields';

/** The last day of an API token, as a date field of a form has it. */
export class TokenExpiryDto {
  @Optional()
  @CalendarDate()
  expiresAt?: string;
}
