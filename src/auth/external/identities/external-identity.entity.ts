import { Column, Entity, Index, Unique } from 'typeorm';
import { IdColumn, ReferenceColumn, TimestampColumn } from '../../../platform/database/sql/columns';
import { User } from '../../../users/user.entity';

/** An account at a provider, whose owner is the owner of an account here. */
@Entity('external_identities')
@Unique(['issuer', 'subject'])
@Index(['userId', 'createdAt', 'id'])
export class ExternalIdentity {
  @IdColumn()
  id!: string;

  @ReferenceColumn(() => User)
  userId!: string;

  /** The configured name of the provider when it was linked. */
  @Column({ type: 'varchar' })
  provider!: string;

  @Column({ type: 'varchar' })
  issuer!: string;

  @Column({ type: 'varchar' })
  subject!: string;

  /** The address at the provider when it was linked, to tell several apart; nothing is decided by it. */
  @Column({ type: 'varchar', nullable: true })
  email!: string | null;

  @TimestampColumn()
  createdAt!: number;

  /** The latest sign-in; null before the first. */
  @TimestampColumn({ nullable: true })
  lastUsedAt!: number | null;
}
