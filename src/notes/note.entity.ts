import { Column, Entity, Index } from 'typeorm';
import { OwnedEntity } from '../ownership/owned.entity';

/** A note of one user. The index serves its list, pinned first and newest first, read backwards. */
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
