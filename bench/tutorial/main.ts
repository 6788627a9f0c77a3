// The reference "tutorial": the stack that most Nest tutorials build, with nothing deliberately slowed down.
import { Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import 'reflect-metadata';
import { JwtStrategy } from './auth';
import { Note, User } from './entities';
import { NotesController, NotesService, UsersController } from './notes';

@Module({
  imports: [
    PassportModule,
    TypeOrmModule.forRoot({
      type: 'sqlite',
      database: process.env['DATABASE'] ?? '',
      entities: [User, Note],
      synchronize: true,
    }),
    TypeOrmModule.forFeature([User, Note]),
  ],
  controllers: [NotesController, UsersController],
  providers: [JwtStrategy, NotesService],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  app.setGlobalPrefix('api/v1');
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
  await app.listen(Number(process.env['PORT']), '127.0.0.1');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
