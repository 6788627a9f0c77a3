import { Module } from '@nestjs/common';
import { HashThreadPool } from './hash-thread-pool.service';

/** bcrypt, and who waits for it. */
@Module({ providers: [HashThreadPool], exports: [HashThreadPool] })
export class HashingModule {}
