import { singular } from '../kernel/words';

/** The verb of an operation, by the name of the handler. */
const VERBS: Partial<Record<string, string>> = {
  list: 'list',
  create: 'create',
  findOne: 'get',
  update: 'update',
  remove: 'delete',
};

/**
 * The id of an operation, from the names of its controller and handler: `NotesController.findOne` is `getNote`. A
 * one-word handler gets the name of the resource, `NotesController.publish` is `publishNote`; a handler of several
 * words (`endOtherSessions`), or of a controller that is not a resource (`AuthController.register`), is the id itself.
 */
export function operationId(controller: string, handler: string): string {
  const resource = controller.replace(/Controller$/, '');
  const one = singular(resource);
  const verb = VERBS[handler];
  if (verb !== undefined) return verb + (handler === 'list' ? resource : one);
  return one !== resource && /^[a-z]+$/.test(handler) ? handler + one : handler;
}
