import { Module } from '@nestjs/common';
import { HashThreads } from './hash-threads.service';

/** bcrypt, and who waits for it. */
@Module({ providers: [HashThreads], exports: [HashThreads] })
export class HashingModule {}
