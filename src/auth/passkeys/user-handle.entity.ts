import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { User } from '../../users/user.entity';

/** The name by which authenticators know an account: random, as it is shown to the person who holds one (WebAuthn L3, 14.6.1). */
@Entity('user_handles')
@Unique(['handle'])
export class UserHandle {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey(() => User, { onDelete: 'CASCADE' })
  userId!: string;

  /** 32 bytes in base64url. */
  @Column({ type: 'varchar' })
  handle!: string;
}
