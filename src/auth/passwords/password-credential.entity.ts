import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { TimestampColumn } from '../../platform/database/sql/columns';
import { User } from '../../users/user.entity';

/** A user's password hash. In a separate table, so that no query for a user can return it. */
@Entity('password_credentials')
export class PasswordCredential {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey(() => User, { onDelete: 'CASCADE' })
  userId!: string;

  /**
   * Scheme, digest key id and bcrypt hash, or, until the first login, the hash of another system; see PasswordHasher.
   */
  @Column({ type: 'varchar' })
  hash!: string;

  @TimestampColumn()
  updatedAt!: number;
}
