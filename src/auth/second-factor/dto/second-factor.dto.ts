import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { isoTime } from '../../../platform/kernel/iso-time';
import { Optional, Text } from '../../../platform/validation/fields';
import type { FactorSummary } from '../../factors/second-factor';
import { deviceName } from '../../notices/device-name';
import type { TrustedDevice } from '../../trusted-devices/trusted-device.entity';
import { FactorEvidenceDto } from './factor-evidence.dto';

/** A second factor for a sign-in that is waiting for it. */
export class CompleteSignInDto extends FactorEvidenceDto {
  /** The token of the response with `second_factor_required`. */
  @Text({ min: 1, max: 200, example: '<challengeToken of the login>' })
  challengeToken!: string;

  /** Whether later logins from this device need no second factor for a while, where that is allowed. */
  @IsBoolean({ message: 'must be true or false' })
  @Optional()
  trustDevice?: boolean;
}

/** A sign-in whose second factors are lost. */
export class ReportLostDto {
  /** The token of the response with `second_factor_required`. */
  @Text({ min: 1, max: 200, example: '<challengeToken of the login>' })
  challengeToken!: string;
}

/** A proof for a session: exactly one of its properties. */
export class StepUpDto extends FactorEvidenceDto {
  /** The password, for an account without a second factor. */
  @Text({ min: 1, max: 256, example: 'correct horse battery staple' })
  @Optional()
  password?: string;
}

/** Whether sessions need two factors. */
export class RequireSecondFactorDto {
  /** Whether sessions of the account need two factors. */
  @IsBoolean({ message: 'must be true or false' })
  required!: boolean;
}

/** A second factor of the account. */
export class FactorDto {
  /** Its id. @example "019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11" */
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** The name that its owner gave it. @example "Phone" */
  name!: string;

  /** When it was added: ISO 8601 in UTC, with milliseconds. @example "2026-11-20T21:44:52.123Z" */
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  /** When it was last used; null if it never was. @example "2026-11-20T21:44:52.123Z" */
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastUsedAt!: string | null;

  static from({ id, name, createdAt, lastUsedAt }: FactorSummary): FactorDto {
    return { id, name, createdAt: isoTime(createdAt), lastUsedAt: lastUsedAt === null ? null : isoTime(lastUsedAt) };
  }
}

/** A device from which logins need no second factor for a while. */
export class TrustedDeviceDto {
  /** Its id. @example "019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11" */
  @ApiProperty({ format: 'uuid' })
  id!: string;

  /** Its browser and system, as far as they are known. @example "Firefox on Linux" */
  name!: string;

  /** When it was first trusted. @example "2026-11-20T21:44:52.123Z" */
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  /** When the trust ends. @example "2026-12-20T21:44:52.123Z" */
  @ApiProperty({ format: 'date-time' })
  expiresAt!: string;

  static from({ id, userAgent, createdAt, expiresAt }: TrustedDevice): TrustedDeviceDto {
    const name = deviceName(userAgent ?? '') || 'Unknown device';
    return { id, name, createdAt: isoTime(createdAt), expiresAt: isoTime(expiresAt) };
  }
}

/** The second factors of the account. */
export class SecondFactorDto {
  /** Whether sessions of the account need two factors, because its owner or the configuration requires it. */
  required!: boolean;

  /** Authenticator apps in use. */
  totp!: FactorDto[];

  /** Passkeys. */
  passkeys!: FactorDto[];

  /** The number of unused recovery codes. @example 10 */
  @ApiProperty({ type: 'integer' })
  recoveryCodesLeft!: number;

  /** Devices from which logins need no second factor for a while. */
  trustedDevices!: TrustedDeviceDto[];
}

/** New recovery codes. They are only in this response; earlier ones no longer work. */
export class RecoveryCodesDto {
  /** Each can be used once. @example ["8D3V-0QKT-1GXM-5R7W-Z2N4-C6HB"] */
  recoveryCodes!: string[];
}
