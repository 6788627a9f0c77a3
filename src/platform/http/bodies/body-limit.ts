import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { getMetadataStorage } from 'class-validator';
import type { FastifyContextConfig, FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Largest body that the route reads, in bytes. */
    bodyLimit?: number;
  }
}

/** Default body limit of a route in bytes: 16 KiB. */
export const BODY_LIMIT = 16_384;

/** Highest body limit in bytes that is derived from a DTO: 1 MiB. */
const MAX_BODY_LIMIT = 1_048_576;

/** JSON may write one character as two escapes (`\\ud83d\\ude00`). */
const BYTES_A_CHARACTER = 12;

/** Allowance for names, punctuation, white space, and values other than text. */
const ROOM_BYTES = 4_096;

/** Validators that bound a text; their last constraint is the maximum number of characters. */
const TEXT_VALIDATORS = new Set(['text', 'maxLength', 'isLength']);

/**
 * Sets the body limit of a route in bytes, where it cannot be derived from the texts of its DTO: lists, or nested
 * objects. Beyond it, 413.
 */
export const BodyLimit = (bytes: number): MethodDecorator => RouteConfig({ bodyLimit: bytes });

/**
 * Derives the body limit of every route from the bounds of the texts in its DTO: 16 KiB at least, 1 MiB at most. Call
 * before the routes are registered.
 */
export function limitBodies(app: INestApplication, fastify: FastifyInstance): void {
  const scanner = new MetadataScanner();
  for (const { metatype } of app.get(DiscoveryService, { strict: false }).getControllers()) {
    const prototype: unknown = metatype?.prototype;
    if (!isObject(prototype)) continue;
    for (const method of scanner.getAllMethodNames(prototype)) limitBody(prototype, method);
  }
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = route.config?.bodyLimit ?? BODY_LIMIT;
  });
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function limitBody(prototype: object, method: string): void {
  const handler: unknown = Reflect.get(prototype, method);
  if (typeof handler !== 'function') return;
  const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as FastifyContextConfig | undefined;
  if (config?.bodyLimit !== undefined) return;
  const types = (Reflect.getMetadata('design:paramtypes', prototype, method) as unknown[] | undefined) ?? [];
  const characters = types.reduce((sum: number, type) => sum + charactersOf(type), 0);
  const bytes = Math.min(ROOM_BYTES + characters * BYTES_A_CHARACTER, MAX_BODY_LIMIT);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method) ?? {};
  if (bytes > BODY_LIMIT) RouteConfig({ ...config, bodyLimit: bytes })(prototype, method, descriptor);
}

/** What was found before: class-validator looks through the classes of all DTOs each time. */
const knownCharacters = new WeakMap<object, number>();

/** The maximum total of characters of all texts in a DTO. */
function charactersOf(type: unknown): number {
  if (typeof type !== 'function') return 0;
  const known = knownCharacters.get(type);
  if (known !== undefined) return known;
  const characters = getMetadataStorage()
    .getTargetValidationMetadatas(type, '', true, false)
    .filter(({ name }) => name !== undefined && TEXT_VALIDATORS.has(name))
    .reduce((sum, { constraints }) => sum + Number(constraints.at(-1)), 0);
  knownCharacters.set(type, characters);
  return characters;
}
