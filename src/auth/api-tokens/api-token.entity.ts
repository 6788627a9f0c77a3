import { Column, Entity, Index, Unique } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../../platform/database/sql/columns';
import type { Scope } from '../../users/access/scopes';
import { User } from '../../users/user.entity';

/** A user's token for a script, limited by scopes and lifetime. Only its hash is stored. */
@Entity('api_tokens')
@Unique(['tokenHash'])
@Index(['userId', 'createdAt', 'id'])
export class ApiToken {
  @IdColumn()
  id!: string;

  @ReferenceColumn(() => User)
  userId!: string;

  @Column({ type: 'varchar' })
  name!: string;

  @Column({ type: 'simple-array' })
  scopes!: Scope[];

  /** SHA-256 of the token, in hex. */
  @Column({ type: 'varchar' })
  tokenHash!: string;

  @TimestampColumn()
  createdAt!: number;

  @TimestampColumn()
  expiresAt!: number;

  /** Accurate to a minute; null until first used. */
  @TimestampColumn({ nullable: true })
  lastUsedAt!: number | null;
}
