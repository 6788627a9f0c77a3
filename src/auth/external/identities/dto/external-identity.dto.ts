import { ApiProperty } from '@nestjs/swagger';
import { isoTime } from '../../../../platform/kernel/iso-time';
import { PageOf } from '../../../../platform/pagination/page';
import type { ExternalIdentity } from '../external-identity.entity';

/** An account at a provider, by which the caller can sign in. */
export class ExternalIdentityDto {
  /** Id of the link (UUIDv7). */
  @ApiProperty({ format: 'uuid', example: '019aa3d2-7c4e-7b0a-9f3e-2f6a4f0c9a11' })
  id!: string;

  /** The name of the provider. @example "google" */
  provider!: string;

  /** The address at the provider when it was linked; null for none. */
  @ApiProperty({ type: String, nullable: true, example: 'alice@example.com' })
  email!: string | null;

  /** When it was linked. */
  @ApiProperty({ format: 'date-time', example: '2026-11-20T21:44:52.123Z' })
  createdAt!: string;

  /** When it was last used to sign in; null if it never was. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  lastUsedAt!: string | null;

  static from({
    id,
    provider,
    email,
    createdAt,
    lastUsedAt,
  }: Omit<ExternalIdentity, 'issuer' | 'subject'>): ExternalIdentityDto {
    const used = lastUsedAt === null ? null : isoTime(lastUsedAt);
    return { id, provider, email, createdAt: isoTime(createdAt), lastUsedAt: used };
  }
}

/** A page of accounts at providers. */
export class ExternalIdentityPageDto extends PageOf(ExternalIdentityDto) {}
