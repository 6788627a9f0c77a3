import { Column, Entity, Unique } from 'typeorm';
import { IdColumn, TimestampColumn } from '../../platform/database/sql/columns';

/** A key pair that signs access tokens. The private half is encrypted, and the public half is derived from it. */
@Entity('signing_keys')
@Unique(['kid'])
export class SigningKey {
  @IdColumn()
  id!: string;

  /** The JWK thumbprint of the public half (RFC 7638). */
  @Column({ type: 'varchar' })
  kid!: string;

  /** PKCS #8, encrypted by `RowCipher`. */
  @Column({ type: 'text' })
  privateKey!: string;

  /** When it was created, and so published. */
  @TimestampColumn()
  createdAt!: number;

  /** When it starts to sign. */
  @TimestampColumn()
  signsFrom!: number;

  /** When it is no longer published or trusted; null until it has a successor. */
  @TimestampColumn({ nullable: true })
  endsAt!: number | null;
}
