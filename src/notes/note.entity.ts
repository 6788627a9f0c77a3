import { Column, Entity, Index } from 'typeorm';
import { OwnedEntity } from '../ownership/owned.entity';

/** A note of a user. The index, scanned backward, serves the list: pinned first, then newest first. */
@Entity('notes')
@Index(['ownerId', 'isPinned', 'createdAt', 'id'])
export class Note extends OwnedEntity {
  @Column({ type: 'varchar' })
  title!: string;

  @Column({ type: 'text' })
  content!: string;

  @Column({ type: 'boolean' })
  isPinned!: boolean;
}
